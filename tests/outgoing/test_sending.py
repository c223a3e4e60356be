"""Everything goes once: whatever server, power or people do, nothing is sent again unasked and nothing is lost."""

from __future__ import annotations

import shutil
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import openpyxl
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from mail_office import GOV, NOW, UNITS, by, offices
from mail_server import DROP_AT_DATA, DROP_IN_TEXT, LOSE_AND_DROP, TAKE_AND_DROP, MailServer

from perfeval_xl.api import sending
from perfeval_xl.api.rounds import collect
from perfeval_xl.api.sending import UNKNOWN, Entry, MailError, Mailing, Sent, State
from perfeval_xl.api.standings import history
from perfeval_xl.api.year import backup, open_campaign, restore
from perfeval_xl.campaign.folder import ROSTER, SETTINGS, Campaign
from perfeval_xl.campaign.roster import write_roster
from perfeval_xl.ledger import ledger
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.errors import DecisionError, UnsignedError

LATER = datetime(2024, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return offices(tmp_path_factory)


@pytest.fixture
def office(pattern: Path, tmp_path: Path) -> Campaign:
    shutil.copytree(pattern / "发放", tmp_path / "2023")
    return open_campaign(tmp_path / "2023")


@pytest.fixture
def reviewing(pattern: Path, tmp_path: Path) -> Campaign:
    shutil.copytree(pattern / "收取", tmp_path / "2023")
    return open_campaign(tmp_path / "2023")


def post(campaign: Campaign, *again: str, **options: bool) -> Sent:
    return sending.send(campaign, lambda: "", Mailing(again=again), now=LATER, pause=lambda _: None, **options)


def states(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {f"{entry.item.errand}{entry.item.unit.key}": entry.state.value for entry in entries}


def acts(campaign: Campaign) -> list[Act]:
    with ledger.opened(campaign.ledger) as book:
        return [act for act in book.acts() if act.deed in (Deed.SENDING, Deed.SENT, Deed.UNSENT, Deed.POST)]


def told(campaign: Campaign) -> list[str]:
    return [f"{act.deed.label}{act.unit}" for act in acts(campaign)]


HANDED_OUT = {"发放1": "待发送", "发放2": "待发送", "发放3": "待发送", "发放4": "无邮箱", "发放5": "邮箱有误"}
SENT = {**HANDED_OUT, "发放1": "已发送", "发放2": "已发送", "发放3": "已发送"}


def test_drafts_texts_and_the_list_are_written_for_all_that_is_due(office: Campaign) -> None:
    done = sending.write_drafts(office, now=NOW)
    assert [path.name for path in done.drafts] == [
        "1 交通局 发放.eml", "2 教育局 发放.eml", "3 水利局 发放.eml"
    ]  # fmt: skip
    assert [path.stem for path in done.texts] == [
        *(path.stem for path in done.drafts), "4 林业局 发放", "5 统计局 发放"
    ]  # fmt: skip
    text = done.texts[0].read_bytes()
    assert text.startswith("\ufeff交通局：\r\n".encode())
    assert "1 交通局.xlsx" in text.decode()
    assert states(done.entries) == HANDED_OUT
    assert acts(office) == []
    before = {path: path.read_bytes() for path in office.post.rglob("*.*")}
    sending.write_drafts(office, now=LATER)
    assert {path: path.read_bytes() for path in office.post.rglob("*.*")} == before


def test_a_dry_run_writes_nothing(office: Campaign) -> None:
    done = sending.write_drafts(office, trial=True, now=NOW)
    assert (done.letters, done.listing, office.post.exists()) == (3, None, False)
    with MailServer() as server:
        assert sending.send(by(office, server), lambda: "", trial=True, now=NOW).letters == 3
        assert (server.begun, acts(office)) == (0, [])


def test_what_somebody_sent_out_of_the_drafts_is_noted_in_the_list_and_not_sent_again(office: Campaign) -> None:
    done = sending.write_drafts(office, now=NOW)
    assert done.listing
    book = openpyxl.load_workbook(done.listing)
    sheet = book["发送清单"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    assert [sheet.cell(5, heads[name]).value for name in ("单位代码", "事项", "状态", "QQ")] == [
        "1", "发放", "待发送", "10001"
    ]  # fmt: skip
    sheet.cell(5, heads["已发出"]).value = "3月1日"
    sheet.cell(8, heads["已发出"]).value = "QQ"
    book.save(done.listing)
    trial = sending.write_drafts(office, trial=True, now=LATER)
    assert (trial.letters, told(office)) == (2, [])
    done = sending.write_drafts(office, now=LATER)
    assert states(done.entries) == {**HANDED_OUT, "发放1": "已自行发出", "发放4": "已自行发出"}
    assert [path.name for path in done.drafts] == ["2 教育局 发放.eml", "3 水利局 发放.eml"]
    assert sorted(path.name for path in (office.post / "邮件草稿").glob("*.eml")) == [
        "2 教育局 发放.eml", "3 水利局 发放.eml"
    ]  # fmt: skip
    assert told(office) == ["自行发出1", "自行发出4"]
    with MailServer() as server:
        campaign = by(office, server)
        with pytest.raises(MailError, match="有2封草稿"):
            post(campaign)
        assert post(campaign, drafts_unsent=True).sent == 2
        assert [one.to for one in server.taken] == [("jy@example.cn", "jy2@example.cn"), ("jt@example.cn",)]
    assert list((office.post / "邮件草稿").glob("*.eml")) == []


def test_each_letter_goes_once_and_is_an_act_that_history_tells_and_a_backup_keeps(
    office: Campaign, tmp_path: Path
) -> None:
    with MailServer() as server:
        campaign = by(office, server)
        first, again = post(campaign), post(campaign)
        assert (first.sent, again.sent, len(server.taken)) == (3, 0, 3)
        assert states(first.entries) == states(again.entries) == SENT
        assert told(campaign) == ["发送中1", "已发送1", "发送中2", "已发送2", "发送中3", "已发送3"]
        act = acts(campaign)[1]
        assert (act.at, act.by, act.grounds["收件邮箱"]) == (LATER, "赵六", "jt@example.cn")
        assert "寄往jt@example.cn，附件1 交通局.xlsx" in "".join(
            event.text for event in history(campaign, "1", now=LATER).events
        )
        kept = backup(campaign, now=LATER)
        restore(kept.path, tmp_path / "恢复", now=LATER)
        assert post(open_campaign(tmp_path / "恢复")).sent == 0


@pytest.mark.parametrize(
    ("fault", "taken", "state", "sent_next"),
    [
        ("451 greylisted", 0, "暂未发出", 1),
        ("552 too large", 0, "被拒收", 0),
        ("421 closing", 0, "暂未发出", 1),
        (DROP_AT_DATA, 0, "暂未发出", 1),
        (TAKE_AND_DROP, 1, "待确认", 0),
        (LOSE_AND_DROP, 0, "待确认", 0),
    ],
)
def test_wherever_the_way_to_the_server_breaks_no_letter_goes_twice(
    office: Campaign, fault: str, taken: int, state: str, sent_next: int
) -> None:
    with MailServer(fault=lambda letter: fault if letter == 1 else "") as server:
        campaign = by(office, server)
        done = post(campaign)
        assert (done.sent, len(server.taken), done.stopped) == (2, 2 + taken, "")
        assert states(done.entries) == {**SENT, "发放1": state}
        assert post(campaign).sent == sent_next
        assert len(server.taken) == 2 + taken + sent_next


def test_a_connection_that_is_lost_within_the_text_costs_at_most_a_question(office: Campaign) -> None:
    with MailServer(fault=lambda letter: DROP_IN_TEXT if letter == 1 else "") as server:
        campaign = by(office, server)
        state = states(post(campaign).entries)["发放1"]
        again = post(campaign).sent
        assert (state, again) in {("待确认", 0), ("暂未发出", 1)}, "whether all had left depends on the machine"
        assert len(server.taken) == 2 + again


def test_of_what_nobody_knows_a_person_says_that_it_has_come_or_that_it_is_to_go_again(office: Campaign) -> None:
    with MailServer(fault=lambda letter: LOSE_AND_DROP if letter < 3 else "") as server:
        campaign = by(office, server)
        assert states(post(campaign).entries) == {**SENT, "发放1": "待确认", "发放2": "待确认"}
        noted = sending.note_sent(campaign, ["交通局"], now=LATER)
        assert states(noted.entries) == {**SENT, "发放2": "待确认"}
        assert post(campaign, UNKNOWN).sent == 1
        assert states(post(campaign).entries) == SENT
        assert [one.to[0] for one in server.taken] == ["jt@example.cn", "jy@example.cn"]
        assert post(campaign, "1").sent == 1
        assert len({act.grounds["邮件编号"] for act in acts(campaign) if act.deed is Deed.SENDING}) == 5
        with pytest.raises(DecisionError):
            sending.note_sent(campaign, [UNKNOWN], now=LATER)


def test_nobody_notes_without_a_name_that_something_was_sent(office: Campaign) -> None:
    path = office.folder / SETTINGS
    path.write_text(path.read_text("utf-8").replace('"经办人" = "赵六"', '"经办人" = ""'), "utf-8")
    with pytest.raises(UnsignedError):
        sending.note_sent(open_campaign(office.folder), ["1"], now=LATER)


def test_a_run_that_is_killed_between_the_text_and_the_answer_leaves_the_letter_to_be_asked_about(
    office: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer() as server:
        campaign = by(office, server)

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("smtplib.SMTP.getreply", _but(server, killed))
            with pytest.raises(KeyboardInterrupt):
                post(campaign)
        assert told(campaign) == ["发送中1"]
        done = post(campaign)
        assert states(done.entries) == {**SENT, "发放1": "待确认"}
        assert [one.to[0] for one in server.taken].count("jt@example.cn") == 2, "that of 1, and that of 3"


def _but(server: MailServer, killed: Callable[..., None]) -> Callable[..., object]:
    """Return what reads answers as ever, until the first letter has been taken."""
    from smtplib import SMTP  # noqa: PLC0415  # the one that is not patched yet

    original = SMTP.getreply

    def reply(client: SMTP) -> object:
        until = time.monotonic() + 0.1
        while server.begun and not server.taken and time.monotonic() < until:
            time.sleep(0.005)
        if server.taken:
            killed()
        return original(client)

    return reply


def test_a_refused_address_is_told_and_tried_again_when_the_roster_has_another(office: Campaign) -> None:
    gone = {"jt@example.cn": "550 no such user", "jy2@example.cn": "550 no such user"}
    with MailServer(rcpt=lambda address, _: gone.get(address, "")) as server:
        campaign = by(office, server)
        done = post(campaign)
        assert states(done.entries) == {**SENT, "发放1": "被拒收", "发放3": "被拒收"}
        notes = {entry.item.unit.code: entry.note for entry in done.entries}
        assert "550 no such user" in notes["1"]
        assert notes["2"] == "jy2@example.cn被拒收（550 no such user）"
        assert [one.to for one in server.taken] == [("jy@example.cn",)]
        assert post(campaign).sent == 0
        moved = [replace(UNITS[number], email=f"new{number}@example.cn") for number in (1, 2)]
        (campaign.folder / ROSTER).write_bytes(write_roster((GOV, *moved, *UNITS[3:]), campaign.template))
        done = post(open_campaign(campaign.folder))
        assert states(done.entries) == {**SENT, "发放3": "被拒收"}
        assert server.taken[-1].to == ("new1@example.cn",)
        told_of = next(entry for entry in done.entries if entry.item.unit.code == "2")
        assert (told_of.address, "后来改为new2@example.cn" in told_of.note) == (
            "jy@example.cn；jy2@example.cn",
            True,
        )


def test_a_greylisted_address_gets_its_letter_with_the_next_run(office: Campaign) -> None:
    with MailServer(rcpt=lambda _, time: "451 come back" if time == 1 else "") as server:
        campaign = by(office, server)
        assert [post(campaign).sent for _ in range(3)] == [1, 2, 0]
        assert len(server.taken) == 3


def test_a_server_that_drops_every_letter_ends_the_run_with_what_is_left_still_due(office: Campaign) -> None:
    with MailServer(fault=lambda _: DROP_AT_DATA) as server:
        done = post(by(office, server))
        assert (done.sent, server.taken) == (0, [])
        assert "接连中断" in done.stopped
        assert done.in_state(State.LATER)


def test_what_goes_back_and_what_has_passed_is_sent_and_blank_workbooks_are_needless_then(
    reviewing: Campaign,
) -> None:
    with MailServer() as server:
        campaign = by(reviewing, server)
        done = post(campaign)
        assert states(done.entries) == {
            "发放1": "不用再发", "通过1": "已发送", "发放2": "不用再发", "退回2": "已发送",
            "发放3": "已发送", "发放4": "无邮箱", "发放5": "邮箱有误",
        }  # fmt: skip
        assert done.sent == 3
        assert sum("退回通知" in name for name in _attached(server)) == 1
        collect(campaign, jobs=1, now=LATER)
        assert post(campaign).sent == 0, "collecting again writes nothing new, so nothing goes"


def _attached(server: MailServer) -> Iterator[str]:
    import email  # noqa: PLC0415  # one test alone reads letters
    from email.policy import SMTP  # noqa: PLC0415  # the same

    for one in server.taken:
        message = email.message_from_bytes(one.data, policy=SMTP)
        yield from (part.get_filename() or "" for part in message.iter_attachments())


def test_each_parent_department_gets_one_letter_whose_units_all_count_as_sent(office: Campaign) -> None:
    drafted = sending.write_drafts(office, Mailing(by_parent=True), now=NOW)
    assert [path.name for path in drafted.drafts] == ["0 区政府 发放.eml"]
    assert sorted(path.name for path in (office.post / "压缩包").glob("*.zip")) == [
        "0 区政府 发放.zip", "5 统计局 发放.zip", "省林业厅 发放.zip"
    ]  # fmt: skip
    with MailServer() as server:
        campaign = by(office, server)
        done = sending.send(
            campaign, lambda: "", Mailing(by_parent=True), drafts_unsent=True, now=LATER, pause=lambda _: None
        )
        assert (done.sent, [one.to for one in server.taken]) == (1, [("zf@example.cn",)])
        assert states(done.entries) == SENT
        assert post(campaign).sent == 0, "nor does each get its own then"


def test_after_a_restored_backup_nothing_goes_that_may_have_gone_since(office: Campaign, tmp_path: Path) -> None:
    sending.write_drafts(office, now=NOW)
    kept = backup(office, everything=True, now=NOW)
    with MailServer() as server:
        restore(kept.path, tmp_path / "恢复", now=LATER)
        campaign = by(open_campaign(tmp_path / "恢复"), server)
        assert len(list((campaign.post / "邮件草稿").glob("*.eml"))) == 3
        done = post(campaign, drafts_unsent=True)
        assert (done.sent, server.taken) == (0, [])
        assert states(done.entries) == {**HANDED_OUT, "发放1": "待确认", "发放2": "待确认", "发放3": "待确认"}
        assert post(campaign, UNKNOWN).sent == 3


def test_a_letter_that_is_too_large_is_told_and_given_as_a_text(office: Campaign) -> None:
    path = office.folder / SETTINGS
    path.write_text(path.read_text("utf-8").replace('"附件上限" = 20', '"附件上限" = 1'), "utf-8")
    (office.out / "填报须知.docx").write_bytes(bytes(1 << 20))
    done = sending.write_drafts(open_campaign(office.folder), now=NOW)
    assert (done.drafts, len(done.texts)) == ((), 5)
    assert states(done.entries)["发放1"] == "附件过大"


def test_letters_leave_no_faster_than_the_settings_say(office: Campaign) -> None:
    waited: list[float] = []
    with MailServer() as server:
        sending.send(by(office, server, 每分钟封数=20), lambda: "", now=LATER, pause=waited.append)
    assert waited == [3.0, 3.0]


def test_a_password_is_in_no_file_no_act_and_no_sentence(office: Campaign) -> None:
    secret = "pa55-w0rd"  # noqa: S105  # of a server that lives for this test
    with MailServer(secret=secret) as server:
        campaign = by(office, server, 用户名="jx@example.gov.cn")
        with pytest.raises(MailError) as error:
            sending.send(campaign, lambda: "wrong-pa55", now=LATER)
        assert "wrong-pa55" not in str(error.value)
        assert error.value.__cause__ is None
        with pytest.raises(MailError, match="全角"):
            sending.send(campaign, lambda: "密码", now=LATER)
        assert acts(campaign) == []
        done = sending.send(campaign, lambda: secret, now=LATER, pause=lambda _: None)
        assert (done.sent, server.logins[-1]) == (3, secret)
    everything = b"".join(path.read_bytes() for path in campaign.folder.rglob("*") if path.is_file())
    assert secret.encode() not in everything


def test_a_server_that_cannot_be_reached_or_is_not_set_is_one_sentence(office: Campaign) -> None:
    with pytest.raises(MailError, match="“服务器”、“发件人”"):
        post(office)
    with MailServer() as server:
        campaign = by(office, server)
    with pytest.raises(MailError, match="连不上邮件服务器"):
        post(campaign)
    with MailServer() as server, pytest.raises(MailError, match="STARTTLS"):
        post(by(office, server, 加密="STARTTLS"))
    assert acts(office) == []


@pytest.mark.parametrize(("security", "starttls"), [("SSL", False), ("STARTTLS", True)])
def test_the_way_to_the_server_is_kept_from_others_and_only_to_the_right_one(
    office: Campaign, tmp_path: Path, security: str, starttls: bool
) -> None:
    tls = _certified(tmp_path)
    with MailServer(tls=tls, starttls=starttls) as server:
        with pytest.raises(MailError, match="证书"):
            post(by(office, server, 加密=security))
        with pytest.raises(MailError, match="“证书”写的文件"):
            post(by(office, server, 加密=security, 证书=str(tmp_path / "没有.pem")))
        assert (server.begun, acts(office)) == (0, [])
        assert post(by(office, server, 加密=security, 证书=str(tmp_path / "own.pem"))).sent == 3


def _certified(folder: Path) -> ssl.SSLContext:
    """Return what a server proves itself with that is trusted by nobody but who is given its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "own.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem", folder / "key.pem")
    return context
