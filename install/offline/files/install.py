"""Install the program from the wheels beside this script, without a network; what it says is for officials.

It must run under any Python 3, however old, to say which one is wanted; so nothing in it is newer than 3.5.
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WHEELS = os.path.join(HERE, "wheels")
WINDOWS = sys.platform == "win32"
WANTED = "Python 3.11 至 3.14（64 位）"


def main():
    """Make an environment of the program's own, install into it, and say how to start."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14) or sys.maxsize < 2**32:
        return say("这里的 Python 是 {}.{}，程序要 {}。".format(*sys.version_info[:2], WANTED))
    target = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(HERE), "程序"))
    say("正在安装到“{}”，约一分钟……".format(target))
    if subprocess.call([sys.executable, "-m", "venv", target]):
        return say("没能建立运行环境。Debian、UOS、麒麟上请先安装软件包 python3-venv，再运行一次。")
    python = os.path.join(target, *(("Scripts", "python.exe") if WINDOWS else ("bin", "python")))
    options = ["--quiet", "--disable-pip-version-check", "--no-index", "--find-links", WHEELS]
    if subprocess.call([python, "-m", "pip", "install"] + options + ["--upgrade", "perfeval-xl"]):
        return say("没能安装。请把上面的文字发给技术人员；安装包“{}”可能不全。".format(WHEELS))
    starter = "开始.bat" if WINDOWS else "开始.sh"
    scripts = os.path.dirname(python)
    shutil.copy(os.path.join(HERE, starter), os.path.join(scripts, starter))
    say("安装好了。双击“{}”开始；要删除，删除“{}”即可。".format(os.path.join(scripts, starter), target), good=True)
    return 0


def say(text, good=False):
    """Tell the official; return the exit code of a failure."""
    stream = sys.stdout if good else sys.stderr
    stream.write(text + "\n")
    stream.flush()
    return 1


if __name__ == "__main__":
    sys.exit(main())
