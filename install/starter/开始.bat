@echo off
rem Opens a window in which the command perfeval-xl is known, in the user's documents.
chcp 65001 >nul
title perfeval-xl
set "PATH=%~dp0;%PATH%"
cd /d "%USERPROFILE%\Documents" 2>nul || cd /d "%USERPROFILE%"
perfeval-xl --help
cmd /k
