; ClockDesk for Windows, an Inno Setup script (Inno Setup 6.3 or newer).
;
;   python installers\bootstrap.py package          -> dist\ClockDesk-0.1.0-setup.exe
;
; For IT: silent installation and removal.
;   ClockDesk-0.1.0-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /ALLUSERS        for everybody (asks for an administrator)
;   ClockDesk-0.1.0-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /CURRENTUSER     for this user, without one
;       /TASKS="autostart,desktopicon"   start with Windows, icon on the desktop (both are off by themselves)
;       /DIR="D:\ClockDesk"  /LOG="setup.log"
;   "%ProgramFiles%\ClockDesk\unins000.exe" /VERYSILENT /SUPPRESSMSGBOXES               removes the program, keeps the copy
;   "%ProgramFiles%\ClockDesk\unins000.exe" /VERYSILENT /SUPPRESSMSGBOXES /WIPE         and wipes the copy of the user who runs it

#ifndef Version
  #error Give the version: iscc /DVersion=0.1.0 clockdesk.iss
#endif

[Setup]
; the id ties updates to what is installed: it never changes
AppId={{6C0B7C2E-55B1-4D0E-9B39-0D5A3C1E7F42}
AppName=ClockDesk
AppVersion={#Version}
AppVerName=ClockDesk {#Version}
AppPublisher=ClockDesk
VersionInfoVersion={#Version}
DefaultDirName={autopf}\ClockDesk
DefaultGroupName=ClockDesk
DisableProgramGroupPage=yes
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=ClockDesk-{#Version}-setup
SetupIconFile=..\..\build\freeze\clockdesk.ico
UninstallDisplayIcon={app}\clockdesk.exe
UninstallDisplayName=ClockDesk
; per user or per machine: a dialog asks, /CURRENTUSER and /ALLUSERS answer
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Windows 10 1809: Qt 6.11 needs it
MinVersion=10.0.17763
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
; a running ClockDesk is closed and started again; it ends within 3 seconds
CloseApplications=yes
RestartApplications=yes
SetupLogging=yes
ChangesAssociations=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "An icon on the desktop"; Flags: unchecked
Name: "autostart"; Description: "Start ClockDesk with Windows"; Flags: unchecked

[InstallDelete]
; an update leaves no library of the old version beside the new ones
Type: filesandordirs; Name: "{app}\_internal"
Type: filesandordirs; Name: "{app}\licenses"

[Files]
Source: "..\..\dist\clockdesk\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\ClockDesk"; Filename: "{app}\clockdesk.exe"
Name: "{group}\ClockDesk demo"; Filename: "{app}\clockdesk.exe"; Parameters: "--demo"
Name: "{autodesktop}\ClockDesk"; Filename: "{app}\clockdesk.exe"; Tasks: desktopicon

[Registry]
; start with Windows: HKA is this user's or the machine's part of the registry, as the installation is
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: string; ValueName: "ClockDesk"; ValueData: """{app}\clockdesk.exe"""; Tasks: autostart; Flags: uninsdeletevalue
; clockdesk:// links
Root: HKA; Subkey: "Software\Classes\clockdesk"; ValueType: string; ValueData: "URL:ClockDesk booking"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\clockdesk"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\clockdesk\DefaultIcon"; ValueType: string; ValueData: "{app}\clockdesk.exe,0"
Root: HKA; Subkey: "Software\Classes\clockdesk\shell\open\command"; ValueType: string; ValueData: """{app}\clockdesk.exe"" ""%1"""

[Run]
Filename: "{app}\clockdesk.exe"; Description: "Start ClockDesk"; Flags: nowait postinstall skipifsilent

[Code]
{ Where ClockDesk keeps settings, copy and logs of the user who removes it (app/places.py). }
function DataFolder: String;
begin
  Result := ExpandConstant('{localappdata}\ClockDesk');
end;

function IsGiven(Switch: String): Boolean;
var
  Number: Integer;
begin
  Result := False;
  for Number := 1 to ParamCount do
    if CompareText(ParamStr(Number), Switch) = 0 then
      Result := True;
end;

var
  Wipe: Boolean;

{ Kept unless a person says otherwise: manual log, notes and saved filters are nowhere else. The keys are in Windows' own
  store, and the program alone knows which they are: it forgets them while it is still there. }
procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Status: Integer;
begin
  if (Step = usUninstall) and DirExists(DataFolder) then
  begin
    if UninstallSilent then
      Wipe := IsGiven('/WIPE')
    else
      Wipe := MsgBox('Wipe the settings, the copy of the hotel and what was written in ClockDesk (manual log, notes, ' +
        'saved filters) from this computer too?' + #13#10#13#10 + 'No keeps them for the next installation.',
        mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES;
    if Wipe then
      Exec(ExpandConstant('{app}\clockdesk-console.exe'), 'forget --all --yes', '', SW_HIDE, ewWaitUntilTerminated, Status);
  end;
  if (Step = usPostUninstall) and Wipe then
    DelTree(DataFolder, True, True, True);
end;
