"""How far a piece of work is: a page that shows itself again until it is over, and the buttons that end things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.background import BackgroundTask

from perfeval_xl.web.asked import NoSuchPageError

if TYPE_CHECKING:
    from starlette.responses import Response

    from perfeval_xl.web.asked import Asked
    from perfeval_xl.web.works import Work


def progress(asked: Asked) -> Response:
    """Show how far it is; what is over sends on to the page that shows what came of it."""
    work = _work(asked)
    return asked.shown(work) if work.over else asked.page("working", going=work)


def stop(asked: Asked) -> Response:
    """Ask it to end."""
    work = _work(asked)
    work.stop()
    work.wait(1)
    return asked.go(asked.address("going", str(work.number)))


def close(asked: Asked) -> Response:
    """End the desk, once this answer is out."""
    answer = asked.page("closed")
    answer.background = BackgroundTask(asked.desk.close)
    return answer


def _work(asked: Asked) -> Work:
    work = asked.desk.works.get(int(asked.named["number"]))
    if work is None:
        raise NoSuchPageError
    return work
