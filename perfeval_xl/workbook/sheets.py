"""What an .xlsx workbook says, read strictly: each filled cell with its true address, value, formula and raw text.

Each sheet is read in one of two ways that give the same: by a pattern that must account for every character of
the sheet's data as the usual programs write it, or, when anything is unusual, element by element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from perfeval_xl.admission.texts import admitted_name, told_of_name
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding
from perfeval_xl.wording.numbers import look
from perfeval_xl.workbook.admit import admit
from perfeval_xl.workbook.by_element import by_element
from perfeval_xl.workbook.by_pattern import by_pattern
from perfeval_xl.workbook.cells import Area, Book, Position, Sheet, area
from perfeval_xl.workbook.frame import TRUE, Source
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.notes import has_notes, notes
from perfeval_xl.workbook.number_formats import number_formats
from perfeval_xl.workbook.parts import Attributes, Package, Relation, parse
from perfeval_xl.workbook.rules_of_files import refuse, say
from perfeval_xl.workbook.shared_texts import Strings, UnfamiliarError, shared_strings


@dataclass(frozen=True, slots=True)
class _Listed:
    """One line of the workbook's list of sheets; `strange` are the characters that its name may not have."""

    name: str
    id: str
    hidden: bool
    strange: str = ""


@dataclass(slots=True)
class _Workbook:
    """What the workbook part says."""

    sheets: list[_Listed] = field(default_factory=list)
    names: dict[str, Area] = field(default_factory=dict)
    epoch_1904: bool = False
    manual: bool = False


def read_book(
    package: Package, limits: Limits, skipped: Callable[[str], bool] = lambda _: False
) -> tuple[Book, tuple[Finding, ...]]:
    """Return the workbook in a package, with what its cells have wrong; RefusalError where it can't be read whole.

    Sheets whose name is `skipped` have no cells: nobody asks for them.
    """
    main = _main_part(package)
    workbook = _workbook(package, main, limits)
    relations = {relation.id: relation for relation in package.relations(main)}
    sheets, faults = _sheets(package, workbook, relations, limits, skipped)
    formats = number_formats(package, relations)
    known = {sheet.name for sheet in sheets}
    pinned = _notes(package, workbook, relations, limits) if has_notes(package) else {}
    book = Book(
        sheets,
        {name: place for name, place in workbook.names.items() if place.sheet in known},
        formats,
        tuple([look(code) for code in formats]),
        workbook.epoch_1904,
        notes=pinned,
        manual=workbook.manual,
        damaged=frozenset(name for name, fault in faults if fault.rule == "R60"),
    )
    clean, found = admit(book)
    renamed = [
        say("R67", Address(listed.name, 1, 1), value=listed.name, characters=listed.strange)
        for listed in workbook.sheets
        if listed.strange
    ]
    return clean, (*_active_content(package, relations), *renamed, *found, *(fault for _, fault in faults))


def _sheets(
    package: Package,
    workbook: _Workbook,
    relations: dict[str, Relation],
    limits: Limits,
    skipped: Callable[[str], bool],
) -> tuple[tuple[Sheet, ...], list[tuple[str, Finding]]]:
    """Return the worksheets, and what their cells have wrong with the sheet's name."""
    strings = Strings(shared_strings(package, relations, limits))
    budget, sheets, used = limits.cells, list[Sheet](), set[str]()
    faults: list[tuple[str, Finding]] = []
    for listed in workbook.sheets:
        part = _sheet_part(package, relations, listed)
        if part is None:
            continue
        if part in used:
            raise refuse("G07", what=f"工作表“{listed.name}”与另一张工作表共用内容")
        used.add(part)
        if skipped(listed.name):
            sheets.append(Sheet(listed.name, {}, hidden=listed.hidden))
            continue
        source = Source(part, package.part(part), package.text(part), listed.name, listed.hidden)
        sheet, found = _sheet(source, strings, budget, limits)
        budget -= len(sheet.cells)
        sheets.append(sheet)
        faults += [(listed.name, fault) for fault in found]
        if len(faults) > limits.faults:
            raise refuse("G07", what=f"工作表“{listed.name}”中有大量互相矛盾的单元格数据")
    return tuple(sheets), faults


def _notes(
    package: Package, workbook: _Workbook, relations: dict[str, Relation], limits: Limits
) -> dict[str, Mapping[Position, str]]:
    """Return the comments of each sheet that has any."""
    parts = {listed.name: _sheet_part(package, relations, listed) for listed in workbook.sheets}
    return {name: found for name, part in parts.items() if part and (found := notes(package, part, limits))}


def _main_part(package: Package) -> str:
    if not package.has("_rels/.rels"):
        raise refuse("G12", what="没有工作簿目录")
    for relation in package.relations(""):
        if relation.kind == "officeDocument" and not relation.external:
            return relation.target
    raise refuse("G12", what="没有工作簿目录")


def _workbook(package: Package, main: str, limits: Limits) -> _Workbook:
    text = package.text(main)
    before, after = text.find("<definedNames>"), text.rfind("</definedNames>") + len("</definedNames>")
    plain = "<!" not in text and text.count("<?") <= 1 and text.count("<definedNames") == 1
    if plain and 0 < before < after:
        found = _parsed(text[:before] + text[after:], main, limits)
        read = _known_names if after - before < _LONG else _names
        found.names.update(read(text[before:after], main, limits))
    else:
        found = _parsed(text, main, limits)
    _require_sound(found, limits)
    return found


def _names(text: str, main: str, limits: Limits) -> dict[str, Area]:
    return _parsed(text, main, limits).names


_known_names = lru_cache(maxsize=20)(_names)
"""The names of a template's workbooks are the same in all that a program saves."""
_LONG = 200_000


def _parsed(text: str, main: str, limits: Limits) -> _Workbook:
    found, name, read = _Workbook(), [""], [""]

    def start(tag: str, attributes: Attributes, _: int) -> None:
        local = tag.rpartition(":")[2]
        if local == "sheet" and "sheetId" in attributes:
            found.sheets.append(_listed(attributes))
        elif local == "workbookPr":
            found.epoch_1904 = attributes.get("date1904", "") in TRUE
        elif local == "calcPr":
            found.manual = attributes.get("calcMode", "") == "manual"
        elif local == "definedName":
            name[0] = "" if "localSheetId" in attributes else attributes.get("name", "")
            read[0] = ""

    def end(tag: str) -> None:
        if name[0] and tag.rpartition(":")[2] == "definedName":
            place = area(admitted_name(read[0]))
            if place:
                found.names[admitted_name(name[0])] = place
            name[0] = ""

    def characters(data: str) -> None:
        read[0] += data

    parse(text, main, limits, start=start, end=end, characters=characters)
    return found


def _listed(attributes: Attributes) -> _Listed:
    link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
    name, hidden = attributes.get("name", ""), attributes.get("state", "visible") != "visible"
    return _Listed(admitted_name(name), link, hidden, told_of_name(name))


def _require_sound(workbook: _Workbook, limits: Limits) -> None:
    if not workbook.sheets:
        raise refuse("G12", what="没有任何工作表")
    if len(workbook.sheets) > limits.sheets:
        raise refuse("G08", what=f"有 {len(workbook.sheets)} 张工作表", limit=f"{limits.sheets} 张")
    if len(workbook.names) > limits.names:
        raise refuse("G08", what="单元格名称太多", limit=f"{limits.names} 个")
    seen = set()
    for sheet in workbook.sheets:
        if sheet.name.casefold() in seen:
            raise refuse("G07", what=f"有两张名为“{sheet.name}”的工作表")
        seen.add(sheet.name.casefold())


def _sheet_part(package: Package, relations: dict[str, Relation], listed: _Listed) -> str | None:
    """Return the part of a sheet's cells; None for sheets of other kinds (charts, macros)."""
    relation = relations.get(listed.id)
    if relation is None or relation.external or not package.has(relation.target):
        raise refuse("G12", what=f"工作表“{listed.name}”的内容")
    return relation.target if relation.kind == "worksheet" else None


def _active_content(package: Package, relations: dict[str, Relation]) -> Iterator[Finding]:
    kinds = {relation.kind for relation in relations.values()}
    if "vbaProject" in kinds or package.has("xl/vbaProject.bin"):
        yield say("R06", what="VBA 宏")
    if kinds & {"xlMacrosheet", "xlIntlMacrosheet"}:
        yield say("R06", what="Excel 4.0 宏表")
    if "externalLink" in kinds:
        yield say("R07", what="到其他文件的链接")
    if "connections" in kinds:
        yield say("R07", what="外部数据连接")
    if any(name.startswith(("xl/embeddings/", "xl/activex/")) for name in package.lowered):
        yield say("R07", what="嵌入的对象")


def _sheet(source: Source, strings: Strings, budget: int, limits: Limits) -> tuple[Sheet, list[Finding]]:
    if len(source.text) > budget and source.text.count("<c ") > budget:
        raise refuse("G08", what=f"工作表“{source.name}”的单元格太多", limit=f"{limits.cells} 个")
    try:
        return by_pattern(source, strings, limits), []
    except UnfamiliarError:
        return by_element(source, strings.all, limits)
