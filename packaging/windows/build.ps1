# packaging\windows\build.ps1: the packaged program in build\package\dist and its installer in dist.
# Needs Python 3.11 or newer, Visual Studio's C++ tools, git, and Inno Setup 6 (iscc). Signs with signtool where the
# environment names a certificate: PARLEY_SIGN_AS, its subject.
$ErrorActionPreference = "Stop"
Set-StrictMode -Version Latest
$root = (Resolve-Path "$PSScriptRoot\..\..").Path
Set-Location $root
$work = "build\package"
$env:SOURCE_DATE_EPOCH = if ($env:SOURCE_DATE_EPOCH) { $env:SOURCE_DATE_EPOCH } else { git log -1 --format=%ct }
$env:PYTHONHASHSEED = "1"
$env:PIP_CACHE_DIR = "$root\$work\pip"
# For every processor with AVX2, not for this machine's alone.
$flags = "-DGGML_NATIVE=OFF -DGGML_SSE42=ON -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON"

function Invoke-Checked([string]$program, [string[]]$words) {
    & $program @words
    if ($LASTEXITCODE -ne 0) { throw "$program ended with $LASTEXITCODE" }
}

$version = (Select-String -Path app\__init__.py -Pattern '^__version__ = "(.*)"$').Matches[0].Groups[1].Value
if (-not (Test-Path "$work\venv")) {
    Invoke-Checked "python" @("-m", "venv", "$work\venv")
    $env:PATH = "$root\$work\venv\Scripts;$env:PATH"
    $env:CMAKE_ARGS = $flags
    $python = "$root\$work\venv\Scripts\python.exe"
    Invoke-Checked $python @("-m", "pip", "install", "--require-hashes", "-r", "packaging\lock-build.txt")
    Invoke-Checked $python @("-m", "pip", "install", "--require-hashes", "--no-deps", "--no-build-isolation", "-r", "packaging\lock.txt")
}
$python = "$root\$work\venv\Scripts\python.exe"
Invoke-Checked $python @("packaging\icons.py", "$work\icons")
# What Explorer shows of the programs.
$numbers = ($version.Split(".") + @("0")) -join ", "
@"
VSVersionInfo(
  ffi=FixedFileInfo(filevers=($numbers), prodvers=($numbers)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("ProductName", "Parley"),
      StringStruct("FileDescription", "Parley"),
      StringStruct("ProductVersion", "$version"),
      StringStruct("FileVersion", "$version"),
      StringStruct("LegalCopyright", "The Parley developers, GPL-3.0-or-later")])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])])
  ]
)
"@ | Set-Content -Encoding utf8 "$work\version.txt"
Invoke-Checked $python @("-m", "PyInstaller", "--noconfirm", "--workpath", "$work\work", "--distpath", "$work\dist", "pyinstaller.spec")
& "$work\dist\parley\parley.exe" --self-test | Set-Content "$work\self-test.json"
if ($LASTEXITCODE -ne 0) { Get-Content "$work\self-test.json"; throw "The program does not pass its self-test." }
if ($env:PARLEY_SIGN_AS) {
    foreach ($program in "parley.exe", "parley-window.exe") {
        Invoke-Checked "signtool" @("sign", "/n", $env:PARLEY_SIGN_AS, "/fd", "sha256", "/tr", "http://timestamp.digicert.com", "/td", "sha256", "$work\dist\parley\$program")
    }
}
Invoke-Checked "iscc" @("/DVersion=$version", "packaging\windows\parley.iss")
if ($env:PARLEY_SIGN_AS) {
    Invoke-Checked "signtool" @("sign", "/n", $env:PARLEY_SIGN_AS, "/fd", "sha256", "/tr", "http://timestamp.digicert.com", "/td", "sha256", "dist\parley-$version-setup.exe")
}
