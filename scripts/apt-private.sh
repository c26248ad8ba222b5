# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by scripts that fetch packages: apt with lists of its own in $work, which goes with the
# script. The machine's own lists and settings stay as they are.

rm -rf "${work:?}"
mkdir -p "$work/lists/partial"
trap 'rm -rf "$work"' EXIT
apt_options=(-q -o Dir::State::Lists="$work/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
	-o APT::Sandbox::User=root -o Acquire::Retries=3)

# apt_sources TYPE [SUITE]: from those that scripts/apt-lists writes
apt_sources() {
	"${top:?}/scripts/apt-lists" "$work/sources" "$@"
	apt_options+=(-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/sources")
}

# apt COMMAND...: apt-get or apt-cache
apt() { "$1" "${apt_options[@]}" "${@:2}"; }

# failed MESSAGE: with the end of $work/log, and its remedy
failed() {
	tail -n 8 "$work/log" >&2
	"$top/scripts/diagnose" "$work/log" >&2
	die "$1, see above"
}
