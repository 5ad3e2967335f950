package store

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/privatefile"
)

// Reasons to reject a state file.
var (
	ErrDamaged = errors.New("the state file is damaged")
	ErrForeign = errors.New("the file is not an emulator's state")
	ErrInUse   = errors.New("another process has the state file open")
)

// A state file is a head and a sequence of records, one for each change. The head contains the length up to the last
// confirmed record. A record beyond that is incomplete because its process ended, and was never confirmed to a caller.
//
//	head    magic, padded with zeros to 32 bytes, and two slots of 32 bytes that are written alternately
//	slot    number of the change, length of the file up to it, checksum of the two
//	record  length of the text, checksum of the text, text
const (
	magic      = "timesheets-emulator 1\n" // the format and its version
	slotSize   = 32
	firstSlot  = 32
	headSize   = firstSlot + 2*slotSize
	recordHead = 8
)

type file struct {
	path    string
	handle  *os.File
	changes uint64 // number of the last change
	length  int64  // of the file, up to the last change
	edits   int    // in the file, live or not
}

// openFile opens or creates a state file, and reads its rows into the store. It does not change a file that it rejects.
func openFile(path string, into *Store) (*file, error) {
	f, err := openHandle(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = newFile(path, path+".new", nil)
	} else if err == nil {
		if err = f.load(into); err == nil {
			err = privatefile.Restrict(f.handle)
		}
		if err == nil && f.edits > 2*into.size()+compactFrom {
			f, err = f.compact(into)
		}
	}
	if err != nil {
		if f != nil {
			err = errors.Join(err, f.close())
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

func openHandle(path string) (*file, error) {
	handle, err := privatefile.Open(path, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, handle: handle}
	if err := lock(handle); err != nil {
		return f, ErrInUse
	}
	mine, err := handle.Stat()
	if err != nil {
		return f, err
	}
	if named, err := os.Stat(path); err != nil || !os.SameFile(mine, named) { // replaced while it was opened
		return f, ErrInUse
	}
	return f, nil
}

// compactFrom is the number of outdated edits from which a file is rewritten.
const compactFrom = 10_000

// compact writes the current rows to a new file that replaces the old one.
func (f *file) compact(from *Store) (*file, error) {
	fresh, err := newFile(f.path, f.path+".new", from.everyRow())
	if err != nil {
		return f, err
	}
	return fresh, f.close()
}

// newFile creates a file with a temporary name and then renames it, so that a process that is killed does not leave an
// invalid file.
func newFile(path, passing string, rows []edit) (*file, error) {
	handle, err := privatefile.Open(passing, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, handle: handle, length: headSize}
	if err := lock(handle); err != nil {
		return f, ErrInUse
	}
	// A killed process may have left a file. It is truncated under the lock, because another process may still write it.
	if err := errors.Join(privatefile.Restrict(handle), handle.Truncate(0)); err != nil {
		return f, err
	}
	head := make([]byte, headSize)
	copy(head, magic)
	if _, err := handle.WriteAt(head, 0); err != nil {
		return f, err
	}
	if err := f.commit(rows); err != nil {
		return f, err
	}
	return f, os.Rename(passing, path)
}

// load reads the confirmed records, and removes an incomplete record after them.
func (f *file) load(into *Store) error {
	if err := f.readHead(); err != nil {
		return err
	}
	reader := bufio.NewReaderSize(io.NewSectionReader(f.handle, headSize, f.length-headSize), 1<<20)
	for left := f.length - headSize; left > 0; {
		text, err := readRecord(reader, left)
		if err != nil {
			return err
		}
		left -= recordHead + int64(len(text))
		count, err := into.replay(text)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		f.edits += count
	}
	return nil
}

// readHead finds the newer slot, which contains the length of the file. A shorter file is damaged.
func (f *file) readHead() error {
	head := make([]byte, headSize)
	if _, err := f.handle.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if string(head[:len(magic)]) != magic {
		return ErrForeign
	}
	for _, slot := range [][]byte{head[firstSlot : firstSlot+slotSize], head[firstSlot+slotSize:]} {
		if !slices.ContainsFunc(slot, func(b byte) bool { return b != 0 }) {
			continue // not written yet
		}
		if crc32.ChecksumIEEE(slot[:16]) != binary.BigEndian.Uint32(slot[16:]) {
			return fmt.Errorf("%w: its head does not match its checksum", ErrDamaged)
		}
		if change := binary.BigEndian.Uint64(slot); change >= f.changes {
			f.changes, f.length = change, int64(binary.BigEndian.Uint64(slot[8:]))
		}
	}
	info, err := f.handle.Stat()
	if err != nil {
		return err
	}
	if f.length < headSize || info.Size() < f.length {
		return fmt.Errorf("%w: it ends at byte %d of %d", ErrDamaged, info.Size(), f.length)
	}
	return nil
}

func readRecord(reader io.Reader, left int64) ([]byte, error) {
	var head [recordHead]byte
	if _, err := io.ReadFull(reader, head[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	length := int64(binary.BigEndian.Uint32(head[:]))
	if length > left-recordHead {
		return nil, fmt.Errorf("%w: a record goes beyond its end", ErrDamaged)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(reader, text); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if crc32.ChecksumIEEE(text) != binary.BigEndian.Uint32(head[4:]) {
		return nil, fmt.Errorf("%w: a record does not match its checksum", ErrDamaged)
	}
	return text, nil
}

// commit writes the edits as one record. When it returns nil, they are on disk. The head is written after the record, so
// that it never refers to missing data.
func (f *file) commit(edits []edit) error {
	text, err := encodeEdits(edits)
	if err != nil {
		return err
	}
	if int64(len(text)) > int64(^uint32(0)) {
		return errors.New("a change of more than 4 GB")
	}
	record := binary.BigEndian.AppendUint32(make([]byte, 0, recordHead+len(text)), uint32(len(text)))
	record = append(binary.BigEndian.AppendUint32(record, crc32.ChecksumIEEE(text)), text...)
	if err := f.put(record, f.length); err != nil {
		return err
	}
	changes, length := f.changes+1, f.length+int64(len(record))
	slot := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, changes), uint64(length))
	slot = binary.BigEndian.AppendUint32(slot, crc32.ChecksumIEEE(slot))
	if err := f.put(slot, firstSlot+slotSize*int64(changes%2)); err != nil {
		return err
	}
	f.changes, f.length, f.edits = changes, length, f.edits+len(edits)
	return nil
}

func (f *file) put(data []byte, at int64) error {
	if _, err := f.handle.WriteAt(data, at); err != nil {
		return err
	}
	return f.handle.Sync()
}

func (f *file) close() error { return f.handle.Close() }
