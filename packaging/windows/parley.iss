; Inno Setup's recipe for the Windows installer: packaging\windows\build.ps1 calls it with Version and Epoch defined.
; For one person by default, without an administrator; uninstalling leaves settings, history and models unless asked.

[Setup]
AppId={{7B0B4C39-6E0B-4B9B-9A70-3C1F6C0E8D52}
AppName=Parley
AppVersion={#Version}
AppVerName=Parley {#Version}
AppPublisher=The Parley developers
DefaultDirName={autopf}\Parley
DefaultGroupName=Parley
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\package\icons\parley.ico
UninstallDisplayIcon={app}\parley-window.exe
OutputDir=..\..\dist
OutputBaseFilename=parley-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesEnvironment=yes
ChangesAssociations=yes
CloseApplications=yes
TimeStampsInUTC=yes

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "Make the command “parley” known to terminals"
Name: "pictures"; Description: "Offer “Ask Parley” for pictures"

[InstallDelete]
; Files of an earlier version that this one no longer has.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\build\package\dist\parley\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Parley"; Filename: "{app}\parley-window.exe"
Name: "{autodesktop}\Parley"; Filename: "{app}\parley-window.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\SystemFileAssociations\image\shell\AskParley"; ValueType: string; ValueData: "Ask Parley"; Flags: uninsdeletekey; Tasks: pictures
Root: HKA; Subkey: "Software\Classes\SystemFileAssociations\image\shell\AskParley"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\parley-window.exe"; Tasks: pictures
Root: HKA; Subkey: "Software\Classes\SystemFileAssociations\image\shell\AskParley\command"; ValueType: string; ValueData: """{app}\parley-window.exe"" --picture ""%1"""; Tasks: pictures

[Run]
Filename: "{app}\parley-window.exe"; Description: "{cm:LaunchProgram,Parley}"; Flags: nowait postinstall skipifsilent

[Code]
function PathKey(): String;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function Known(): String;
begin
  if not RegQueryStringValue(HKA, PathKey(), 'Path', Result) then
    Result := '';
end;

procedure CurStepChanged(Step: TSetupStep);
begin
  if (Step = ssPostInstall) and WizardIsTaskSelected('path')
    and (Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Known()) + ';') = 0) then
    RegWriteExpandStringValue(HKA, PathKey(), 'Path', Known() + ';' + ExpandConstant('{app}'));
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path, Data: String;
  Place: Integer;
begin
  if Step <> usPostUninstall then
    exit;
  Path := Known();
  Place := Pos(';' + Lowercase(ExpandConstant('{app}')), Lowercase(Path));
  if Place > 0 then
  begin
    Delete(Path, Place, Length(ExpandConstant('{app}')) + 1);
    RegWriteExpandStringValue(HKA, PathKey(), 'Path', Path);
  end;
  Data := ExpandConstant('{localappdata}\parley');
  if DirExists(Data) and not UninstallSilent() then
    if MsgBox('Remove your settings, conversations and models as well?', mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES then
      DelTree(Data, True, True, True);
end;
