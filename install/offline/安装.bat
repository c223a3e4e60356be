@echo off
rem Finds a Python and lets it install the program from the wheels in this package.
chcp 65001 >nul
set "PYTHONUTF8=1"
for %%P in ("py -3" "python") do (
  %%~P -c "" >nul 2>nul && %%~P "%~dp0files\install.py" %* && goto end
  %%~P -c "" >nul 2>nul && goto end
)
type "%~dp0files\no-python.txt"
:end
pause
