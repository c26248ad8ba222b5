# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# make series-procps: what a maintainer of procps would get.
# Mutation, of scripts/procps-series: no --signoff; another author; "Subject: " left in the
# message; a patch left out.
# shellcheck source=lib.sh
. ./lib.sh

mails=$WORK/mails tree=$WORK/tree
export HOME=$WORK/home DEBFULLNAME="A Packager" DEBEMAIL=packager@example.org
PROCPS=$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p' "$BUILD/config.h") \
	../../scripts/procps-series "$STOCK" "$mails" >"$WORK/out" 2>&1
is "make series-procps writes the mails" $? 0

git() { command git -C "$tree" -c user.name=maintainer -c user.email=maintainer@example.org "$@"; }
mkdir "$tree"
git init -q
touched=$(sed -n 's,^+++ b/\([^\t]*\).*,\1,p' "$mails"/*.patch | sort -u)
for file in $touched; do
	[[ ! -f $STOCK/$file ]] || install -D -m 644 "$STOCK/$file" "$tree/$file"
done
git add -f -A
git commit -q -m stock
git tag stock
git am -q --whitespace=error "$mails"/*.patch >"$WORK/out" 2>&1
is "git am applies the mails, without errors of white space" "$? $(cat "$WORK/out")" "0 "
for file in $touched; do
	cmp "$tree/$file" "$BUILD/$file"
done >"$WORK/out" 2>&1
is "the mails lead to the source that is built" "$(cat "$WORK/out")" ""
is "the packager is the author of each mail, and signs it off" \
	"$(git log --format='%an <%ae>|%(trailers:key=Signed-off-by,valueonly,separator=%x2C)' stock.. | sort -u)" \
	"A Packager <packager@example.org>|A Packager <packager@example.org>"
is "the subject of each mail names its part first" "$(git log --format=%s stock.. | grep -vE '^(ps|top|libproc2|man)(, (ps|top))*(: [a-z]+)?: ')" ""
finish
