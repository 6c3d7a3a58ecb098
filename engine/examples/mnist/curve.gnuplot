# Draws what train_all_digits wrote: gnuplot -e "curve='FILE'" -e "picture='FILE.svg'" curve.gnuplot
set terminal svg size 720,360 dynamic font 'sans,13' background '#ffffff'
set output picture
set xlabel 'epochs of 60,000 digits'
set ylabel 'loss'
set yrange [0:1]
set y2label 'right of 10,000 others, %'
set y2range [90:100]
set y2tics
set ytics nomirror
set grid
set key at graph 0.98, 0.42
plot curve with lines linewidth 1.5 linecolor '#1f6fb2' title 'loss, a running mean', \
  "< sed -n 's/^# //p' ".curve using 1:(100*$2) axes x1y2 with linespoints pointtype 7 \
  linecolor '#c0562b' title 'accuracy'
