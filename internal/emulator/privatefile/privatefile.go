// Package privatefile opens and writes files that only their owner can read. It never follows a symbolic link and
// accepts regular files only.
package privatefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// mode lets only the owner read and write.
const mode fs.FileMode = 0o600

// ErrNotRegular is the error for a path that names a symbolic link, a FIFO, a device, or a directory.
var ErrNotRegular = errors.New("not a regular file")

// Open opens a file with the flags of os.OpenFile. A file that os.O_CREATE creates has mode 0600.
func Open(path string, flags int) (*os.File, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, flags|safeFlags, mode)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		err = checkType(path, info)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// Restrict sets the mode of an open file to 0600 if group or others have any permission.
func Restrict(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Mode().Perm()&^mode == 0 {
		return err
	}
	return file.Chmod(mode)
}

// Write replaces a file at once: a reader sees the old content or the new content, never a part of it.
func Write(path string, data []byte) error {
	if err := checkPath(path); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // has mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return err
}

// checkPath rejects a path that exists and is not a regular file. A missing file passes.
func checkPath(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return checkType(path, info)
}

func checkType(path string, info fs.FileInfo) error {
	kind := "a special file"
	switch info.Mode().Type() {
	case 0:
		return nil
	case fs.ModeSymlink:
		kind = "a symbolic link"
	case fs.ModeNamedPipe:
		kind = "a FIFO"
	case fs.ModeDir:
		kind = "a directory"
	}
	return fmt.Errorf("%s: %w but %s", path, ErrNotRegular, kind)
}
