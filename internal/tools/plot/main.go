// Command plot draws the figures that the bench describes as JSON on the standard input, as SVG files in a folder.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	folder := flag.String("into", ".", "`folder` for the figures")
	flag.Parse()
	if err := drawAll(os.Stdin, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "plot:", err)
		os.Exit(1)
	}
}

// figure is one figure: bars where it has groups, else lines.
type figure struct {
	File   string   `json:"file"`
	Title  string   `json:"title"`
	X      string   `json:"x"`
	Y      string   `json:"y"`
	Log    bool     `json:"log"`
	Groups []string `json:"groups"`
	Series []series `json:"series"`
}

// series is one line, or one bar in each group. Other marks numbers that come from elsewhere.
type series struct {
	Name   string       `json:"name"`
	Other  bool         `json:"other"`
	Points [][2]float64 `json:"points"`
	Values []float64    `json:"values"`
}

// drawAll reads figures and writes a file for each.
func drawAll(in io.Reader, folder string) error {
	decoder := json.NewDecoder(in)
	decoder.DisallowUnknownFields()
	var figures []figure
	if err := decoder.Decode(&figures); err != nil {
		return fmt.Errorf("read the figures: %w", err)
	}
	for _, f := range figures {
		if err := f.write(filepath.Join(folder, filepath.Base(f.File))); err != nil {
			return fmt.Errorf("%s: %w", f.File, err)
		}
	}
	return nil
}

func (f figure) write(path string) (err error) {
	canvas, err := f.canvas()
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = canvas.WriteTo(file)
	return err
}
