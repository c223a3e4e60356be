"""One request as a page sees it: who asks, for which year, with which words; and the ways to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from perfeval_xl.web.look import render
from perfeval_xl.web.works import Outcome

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

    from perfeval_xl.api.watch import Watch
    from perfeval_xl.api.year import Campaign
    from perfeval_xl.web.desk import Desk
    from perfeval_xl.web.sessions import Session
    from perfeval_xl.web.works import Work
    from perfeval_xl.web.years import Seen

AT_ONCE = 1.5
"""Seconds that a page waits for the work that it begins, before it shows how far that is."""


class NoSuchPageError(Exception):
    """What was asked for is not there."""


@dataclass(frozen=True)
class Asked:
    """A request that may be answered.

    `named` are the parts of its path, `words` those of its question, `form` what was typed into a form, `picked`
    the units that were ticked. All come from outside: they are held against what is there, and never are a path.
    """

    desk: Desk
    session: Session
    named: Mapping[str, str]
    words: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    picked: tuple[str, ...] = ()
    files: tuple[UploadFile, ...] = ()

    @property
    def year(self) -> str:
        """The key of the year that is asked about; NoSuchPageError where there is no such year."""
        key = self.named.get("year", "")
        if self.desk.years.folder(key) is None:
            raise NoSuchPageError
        return key

    @cached_property
    def campaign(self) -> Campaign:
        """The year that is asked about."""
        return self.desk.years.campaign(self.year)

    @cached_property
    def seen(self) -> Seen:
        """Where its units stand."""
        return self.desk.years.seen(self.year)

    def typed(self, name: str) -> str:
        """Return what was typed into a field of the form, without blanks around it."""
        return self.form.get(name, "").strip()

    def address(self, *parts: str, **words: object) -> str:
        """Return the address of a page: the year's where the first part is `year`."""
        path = "/".join(quote(part, safe="") for part in parts)
        question = urlencode({name: value for name, value in words.items() if value not in ("", None)})
        return f"{self.desk.base}/{path}{f'?{question}' if question else ''}"

    def of_year(self, *parts: str, **words: object) -> str:
        """Return the address of a page of the year that is asked about."""
        return self.address("year", self.year, *parts, **words)

    def page(self, leaf: str, status: int = 200, **shown: object) -> Response:
        """Answer with a page."""
        number = self.words.get("work", "")
        work = self.desk.works.get(int(number)) if number.isdecimal() and len(number) < 9 else None
        text = render(leaf, asked=self, done=work if work and work.over else None, **shown)
        return Response(text, status, media_type="text/html")

    def go(self, address: str) -> Response:
        """Answer by sending the browser to another of our pages."""
        return RedirectResponse(address, 303)

    def work(self, what: str, command: str, after: str, do: Callable[[Watch], Outcome]) -> Response:
        """Begin a piece of work; answer with what came of it, or with how far it is where it takes long."""
        work = self.desk.works.begin(self.named.get("year", ""), what, command, after, do)
        return self.shown(work) if work.wait(AT_ONCE) else self.go(self.address("going", str(work.number)))

    def shown(self, work: Work) -> Response:
        """Answer by sending the browser to the page that shows what came of a piece of work."""
        mark = "&" if "?" in work.after else "?"
        return self.go(f"{work.after}{mark}work={work.number}")
