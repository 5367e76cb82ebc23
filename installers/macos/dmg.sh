#!/bin/sh
# Signs dist/ClockDesk.app and packs it as a dmg. On a Mac this does it all:
#
#   SIGN_AS="Developer ID Application: ..." NOTARY_PROFILE=name python3 installers/bootstrap.py package
#
# Without SIGN_AS the bundle is signed for this Mac alone (others will warn); without NOTARY_PROFILE nothing is sent to
# Apple. The profile is one made with `xcrun notarytool store-credentials`.
set -eu
cd "$(dirname "$0")/../.."
app=dist/ClockDesk.app
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' clockdesk/__init__.py)
dmg="dist/ClockDesk-$version.dmg"
entitlements=installers/macos/entitlements.plist
[ -d "$app" ] || { echo "dmg: $app is not there; run python installers/freeze.py first" >&2; exit 1; }

plutil -lint "$entitlements" "$app/Contents/Info.plist"
if [ -n "${SIGN_AS:-}" ]; then
    # from the inside out: what is signed later seals what it holds
    find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
        xargs -0 codesign --force --timestamp --options runtime --sign "$SIGN_AS"
    codesign --force --deep --timestamp --options runtime --entitlements "$entitlements" --sign "$SIGN_AS" "$app"
else
    codesign --force --deep --entitlements "$entitlements" --sign - "$app"
fi
codesign --verify --deep --strict "$app"
"$app/Contents/MacOS/clockdesk" --self-check

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cp -R "$app" "$room/"
ln -s /Applications "$room/Applications"
hdiutil create -quiet -ov -fs HFS+ -format UDZO -volname "ClockDesk $version" -srcfolder "$room" "$dmg"
if [ -n "${SIGN_AS:-}" ]; then
    codesign --timestamp --sign "$SIGN_AS" "$dmg"
fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$dmg" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$dmg"
fi
echo "$dmg"
