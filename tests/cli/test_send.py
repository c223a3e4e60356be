"""`send` as an official gives it: what it says, what it asks, and which command is next."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from commands import run
from mail_office import by, offices
from mail_server import LOSE_AND_DROP, MailServer
from typer.testing import CliRunner

from perfeval_xl.api.year import open_campaign
from perfeval_xl.campaign.folder import Campaign
from perfeval_xl.cli.app import app


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Campaign:
    shutil.copytree(offices(tmp_path_factory) / "发放", tmp_path / "2023")
    return open_campaign(tmp_path / "2023")


def test_drafts_are_told_with_what_lacks_an_address_and_what_is_next(office: Campaign) -> None:
    trial = run("send", office.folder, "--dry-run")
    assert trial.returncode == 0
    assert "  发放 2 教育局 → jy@example.cn；jy2@example.cn：2 教育局.xlsx、填报须知.docx" in trial.stdout
    assert "没有写草稿" in trial.stdout
    done = run("send", office.folder)
    assert done.returncode == 1
    assert "共5份：待发送3份，无邮箱1份，邮箱有误1份。" in done.stdout
    assert "  发放 5 统计局：名册的邮箱“tj#163.com”写得不对，请改正" in done.stdout
    assert re.search(r"下一步：perfeval-xl send \S+2023（", done.stdout)
    noted = run("send", office.folder, "--sent", "1,水利局")
    assert "已记下2份已经发出" in noted.stdout
    again = run("send", office.folder, "--only", "2")
    assert "已发送2份" in again.stdout
    assert "邮件草稿1份" in again.stdout


def test_what_nobody_knows_is_told_with_the_commands_that_settle_it(office: Campaign) -> None:
    with MailServer(fault=lambda letter: LOSE_AND_DROP if letter == 1 else "") as server:
        by(office, server, 每分钟封数=0)
        done = run("send", office.folder, "--smtp")
        assert (done.returncode, "要发3封，发出2封。" in done.stdout) == (1, True)
        assert "待确认1份：\n  发放 1 交通局：发送时没有等到对方的答复" in done.stdout
        assert re.search(r"收到的 perfeval-xl send \S+ --sent 全部待确认，", done.stdout)
        assert "没有记下什么" in run("send", office.folder, "--sent", "教育局").stderr
        assert "要发1封，发出1封。" in run("send", office.folder, "--smtp", "--again", "全部待确认").stdout


def test_a_password_is_asked_once_and_the_keyring_keeps_it_where_there_is_one(
    office: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[tuple[str, str], str] = {}
    keyring = ModuleType("keyring")
    keyring.get_password = lambda service, user: kept.get((service, user))  # type: ignore[attr-defined]
    keyring.set_password = lambda service, user, secret: kept.update({(service, user): secret})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    call, folder = CliRunner().invoke, str(office.folder)
    with MailServer(secret="s3cret") as server:  # noqa: S106  # of a server that lives for this test
        by(office, server, 用户名="jx", 每分钟封数=0)
        first = call(app, ["send", folder, "--smtp", "--remember", "--only", "1"], input="s3cret\n")
        assert "密码已存进系统的钥匙串" in first.output
        assert "s3cret" not in first.output
        second = call(app, ["send", folder, "--smtp"])
        assert "要发2封，发出2封。" in second.output
        assert "密码" not in second.output
    monkeypatch.setitem(sys.modules, "keyring", None)
    with MailServer(secret="s3cret") as server:  # noqa: S106  # the same
        by(office, server)
        third = call(app, ["send", folder, "--smtp", "--remember", "--again", "1"], input="s3cret\n")
        assert "没有可用的钥匙串" in third.output


def test_drafts_that_may_have_been_sent_stop_it_with_the_command_that_goes_on(office: Campaign) -> None:
    with MailServer() as server:
        by(office, server, 每分钟封数=0)
        run("send", office.folder)
        stopped = run("send", office.folder, "--smtp")
        assert (stopped.returncode, server.taken) == (2, [])
        assert "--drafts-unsent" in stopped.stderr
        assert "发出3封" in run("send", office.folder, "--smtp", "--drafts-unsent").stdout


def test_handing_out_and_drafts_are_one_command(office: Campaign) -> None:
    done = run("issue", office.folder, "--drafts")
    assert "已有且相同5份" in done.stdout
    assert "邮件草稿3份" in done.stdout
