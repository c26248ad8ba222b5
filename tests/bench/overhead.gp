# SPDX-License-Identifier: GPL-2.0-only
# What an exit costs more than with the unpatched kernel, in instructions.
set terminal png size 900,420 font "sans,10"
set datafile separator "\t"
set datafile missing "?"
set ylabel "instructions more than unpatched, per exit"
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set grid ytics
set key above
set bmargin 3
set offsets 0, 0, 30, 0
plot for [column = 2:5] data using column:xtic(1) title columnheader(column)
