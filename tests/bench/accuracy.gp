# SPDX-License-Identifier: GPL-2.0-only
# Guest user share by workload: the truth, ours, and the CPL at each exit.
set terminal png size 1000,560 font "sans,10"
set datafile separator "\t"
set datafile missing "?"
set ylabel "guest user, % of guest time"
set yrange [-3:105]
set xtics rotate by -40
set grid ytics
set key above
set bmargin 9
set rmargin 9
set offsets 0.7, 0.7, 0, 0
plot data using 0:2:xtic(1) with points pointtype 2 pointsize 2 linewidth 2 linecolor rgb "black" title "truth", \
     "" using 0:3 with points pointtype 7 linecolor rgb "#2060c0" title "tick", \
     "" using 0:4 with points pointtype 6 pointsize 1.6 linecolor rgb "#20a040" title "vtime, value 2", \
     "" using 0:5 with points pointtype 9 linecolor rgb "#d04020" title "CPL at each exit"
