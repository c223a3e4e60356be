"""A department's accountant at LibreOffice: types into a workbook's cells, one after the other, and saves it.

Nothing of ours runs in between: a Basic macro opens the file in a window, types as a keyboard would, stores it.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from libreoffice import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic"><![CDATA[
Sub Main
  Dim oFiles, oOrders, oBook, oCell, sOrder, sDone, aParts
  Dim aSaved(0) As New com.sun.star.beans.PropertyValue
  On Error Goto Leave
  oFiles = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  oOrders = createUnoService("com.sun.star.io.TextInputStream")
  oOrders.setInputStream(oFiles.openFileRead(Environ("TYPIST_ORDERS")))
  oOrders.setEncoding("UTF-8")
  oBook = StarDesktop.loadComponentFromURL(oOrders.readLine(), "_blank", 0, Array())
  sDone = oOrders.readLine()
  aSaved(0).Name = "FilterName"
  aSaved(0).Value = "Calc MS Excel 2007 XML"
  Do While Not oOrders.isEOF()
    sOrder = oOrders.readLine()
    If sOrder <> "" Then
      aParts = Split(sOrder, Chr(9))
      oCell = oBook.Sheets.getByName(aParts(0)).getCellRangeByName(aParts(1))
      If Not oCell.CellProtection.IsLocked Then oCell.FormulaLocal = aParts(2)
    End If
  Loop
  oBook.storeToURL(sDone, aSaved())
  oBook.close(True)
Leave:
  StarDesktop.terminate()
End Sub
]]></script:module>
"""


def typed(file: Path, entries: Iterable[tuple[str, str, str]], folder: Path) -> Path:
    """Type texts into (sheet, cell) one after the other, as far as cells are not locked; return the saved file."""
    profile = folder / "typist"
    command = [str(PROGRAM), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    module = profile / "user" / "basic" / "Standard" / "Module1.xba"
    if not module.exists():
        subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=300)
    module.write_text(_MODULE, "utf-8")
    done, orders = folder / f"{file.stem}-typed.xlsx", folder / "orders.txt"
    lines = [file.as_uri(), done.as_uri(), *("\t".join(entry) for entry in entries)]
    orders.write_text("\n".join(lines), "utf-8")
    subprocess.run(
        [*command, "macro:///Standard.Module1.Main"],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "TYPIST_ORDERS": orders.as_uri()},
    )
    return done
