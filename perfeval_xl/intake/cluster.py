"""Judging on a Dask cluster: the same tasks, done on other machines; the only module that knows Dask.

Every worker process does one file at a time. A file that takes too long ends its worker, which a nanny starts
anew; Dask gives the worker's tasks to others, and gives a file up when it has cost several workers.
"""

from __future__ import annotations

import faulthandler
import threading
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from perfeval_xl.checking.judge import Desk
from perfeval_xl.checking.program import program
from perfeval_xl.intake.workers import SECONDS, Outcome, Standards, Task, settle, spoilt, work
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.intake.workers import Crew

_AHEAD = 8
_CONNECT = 15
_one_at_a_time = threading.Lock()
_desks: dict[str, Desk] = {}


class ClusterError(PerfevalError):
    """A cluster that cannot be reached or used."""


@contextmanager
def hired(address: str, standards: Standards, seconds: float = SECONDS) -> Iterator[Crew]:
    """Hire the workers of the cluster whose scheduler is at `address`, such as tcp://10.1.2.3:8786, for a run.

    Workers keep what they have made of the standards, for this run and the next with the same rules.
    """
    try:
        from distributed import Client  # noqa: PLC0415  # an optional library, needed for clusters only
    except ImportError as error:
        raise ClusterError('要使用集群，请先安装：pip install "perfeval-xl[cluster]"。') from error
    try:
        client: Any = Client(  # type: ignore[no-untyped-call]  # the library is typed in part
            address, timeout=_CONNECT, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise ClusterError(f"连不上集群“{address}”：请检查地址，以及调度程序是否已经启动。") from error
    try:
        _require_ready(client, address)
        yield _Cluster(client, standards, seconds)
    finally:
        client.close()


def _require_ready(client: Any, address: str) -> None:
    """Refuse a cluster without workers, or whose workers have another version of this program."""
    try:
        versions = client.run(_version)
    except Exception as error:  # whatever a worker raised comes through here
        raise ClusterError(f"集群“{address}”的工作进程上没有可用的 perfeval-xl：{error}。") from error
    if not versions:
        raise ClusterError(f"集群“{address}”还没有工作进程，请先启动工作进程。")
    others = sorted(set(versions.values()) - {_version()})
    if others:
        told = "、".join(f"{version}（{mark}）" for version, mark in others)
        raise ClusterError(
            f"集群“{address}”的工作进程上是 perfeval-xl {told}，这里是 {__version__}（{program()}）。"
            "请在各台机器上装同一版本，连同它用到的程序库；括号里是程序内容的指纹，要完全一样。"
        )


def _version() -> tuple[str, str]:
    return __version__, program()


class _Cluster:
    """The workers of one cluster."""

    def __init__(self, client: Any, standards: Standards, seconds: float) -> None:
        self._client, self._key, self._seconds = client, standards.basis, seconds
        self.ahead = _AHEAD * max(1, sum(client.ncores().values()))
        client.register_plugin(_plugin(standards))

    def begin(self, task: Task) -> Any:
        return self._client.submit(_do, self._key, task, self._seconds, pure=False)

    def outcome(self, task: Task, handle: Any) -> Outcome:
        """Return what a task gave; one that has cost several workers is refused."""
        from distributed import KilledWorker  # noqa: PLC0415  # the same

        try:
            outcome: Outcome = handle.result()
        except KilledWorker:
            return spoilt(task, say("G98"))
        except (OSError, TimeoutError, CancelledError) as error:
            raise ClusterError("与集群的连接断了。已经完成的部分都已保存，恢复后再次运行即可继续。") from error
        except PerfevalError:
            raise
        except Exception as error:  # noqa: BLE001  # a result that cannot travel between machines
            return spoilt(task, say("G99", what=type(error).__name__))
        finally:
            handle.release()
        return outcome


def _plugin(standards: Standards) -> Any:
    """Return what gives every worker its standards, those that start later included."""
    from distributed import WorkerPlugin  # noqa: PLC0415  # the same

    class StandardsPlugin(WorkerPlugin):
        name = f"perfeval-xl {standards.basis}"

        def desk(self) -> Desk:
            return standards.desk()

    return StandardsPlugin()


def _do(key: str, task: Task, seconds: float) -> Outcome:
    """Do a task in a worker process of the cluster, which does not survive a task that takes too long."""
    with _one_at_a_time:
        if key not in _desks:
            from distributed import get_worker  # noqa: PLC0415  # the same

            plugin: Any = get_worker().plugins[f"perfeval-xl {key}"]
            _desks[key] = plugin.desk()
            settle()
        faulthandler.dump_traceback_later(seconds, exit=True)
        try:
            return work(_desks[key], task)
        except (MemoryError, OSError):  # a library may call want of memory an OSError
            return spoilt(task, say("G98"))
        finally:
            faulthandler.cancel_dump_traceback_later()
