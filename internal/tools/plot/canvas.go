package main

import (
	"fmt"
	"image/color"
	"io"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	width  = 18 * vg.Centimeter
	height = 11 * vg.Centimeter
)

// canvas is the drawn figure.
func (f figure) canvas() (io.WriterTo, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = f.Title, f.X, f.Y
	p.BackgroundColor = color.White // also where the page around it is dark
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.Padding = vg.Millimeter
	add := f.lines
	if len(f.Groups) > 0 {
		add = f.bars
	}
	if err := add(p); err != nil {
		return nil, err
	}
	c := vgsvg.New(width, height)
	p.Draw(draw.New(c))
	return c, nil
}

func (f figure) lines(p *plot.Plot) error {
	p.Add(plotter.NewGrid())
	if f.Log {
		p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
		p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	}
	for i, s := range f.Series {
		if len(s.Points) == 0 {
			return fmt.Errorf("%s: a line of no points", s.Name)
		}
		points := make(plotter.XYs, len(s.Points))
		for j, at := range s.Points {
			points[j] = plotter.XY{X: at[0], Y: at[1]}
		}
		slices.SortStableFunc(points, func(a, b plotter.XY) int { return int(a.X - b.X) })
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		line.Color, dots.Color = s.color(i), s.color(i)
		dots.Shape = plotutil.Shape(i)
		if s.Other {
			line.Dashes = plotutil.Dashes(1)
		}
		p.Add(line, dots)
		p.Legend.Add(s.Name, line, dots)
	}
	p.Y.Max *= 3 // room for the legend
	return nil
}

// bars draws a bar of each series in each group, side by side.
func (f figure) bars(p *plot.Plot) error {
	each := (width - 4*vg.Centimeter) / vg.Length(len(f.Groups)*(len(f.Series)+1))
	for i, s := range f.Series {
		if len(s.Values) != len(f.Groups) {
			return fmt.Errorf("%s: %d values for %d groups", s.Name, len(s.Values), len(f.Groups))
		}
		bars, err := plotter.NewBarChart(plotter.Values(s.Values), each)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		bars.Color, bars.LineStyle.Width = s.color(i), 0
		bars.Offset = each * (vg.Length(i) - vg.Length(len(f.Series)-1)/2)
		p.Add(bars)
		p.Legend.Add(s.Name, bars)
	}
	p.NominalX(f.Groups...)
	p.Y.Max *= 1.35 // room for the legend
	return nil
}

// color is the color of the series at a place: grey for numbers from elsewhere.
func (s series) color(place int) color.Color {
	if s.Other {
		return color.Gray{Y: 140}
	}
	return plotutil.SoftColors[place%len(plotutil.SoftColors)]
}
