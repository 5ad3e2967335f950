package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Why a state file is refused.
var (
	ErrDamaged = errors.New("the state file is damaged")
	ErrForeign = errors.New("the file is not an emulator's state")
	ErrInUse   = errors.New("another process has the state file open")
)

// format is written into every state file; a file that says something else is refused.
const format = "timesheets-emulator 1"

const (
	metaBucket = "meta"
	formatKey  = "format"
	lockWait   = time.Second
)

// file keeps the rows in a bbolt database: one bucket a table, row id to checksum and JSON. In the bucket meta stand the
// format and, a table each, the number of rows and the XOR of their checksums, so that a lost row does not go unseen.
type file struct {
	db     *bbolt.DB
	totals map[string]*total
}

type total struct {
	rows uint64
	sum  uint32
}

func openFile(path string, into *Store) (*file, error) {
	existing := true
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		existing = false
	} else if err != nil {
		return nil, err
	}
	f := &file{totals: map[string]*total{}}
	for _, name := range into.rows.names() {
		f.totals[name] = &total{}
	}
	if existing {
		if err := f.load(path, into); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if !existing {
		if err := f.found(path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, openError(err))
	}
	f.db = db
	return f, nil
}

func openError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch):
		return fmt.Errorf("%w: %w", ErrForeign, err)
	case errors.Is(err, bolterrors.ErrChecksum):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// load reads every row without opening the file for writing, so that a file it refuses stays as it is.
func (f *file) load(path string, into *Store) (err error) {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: it is empty", ErrForeign)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return openError(err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// A damaged page may point anywhere: reading outside the file must become an error, not the end of the process.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, reason)
		}
	}()
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: it is cut off at %d of %d bytes", ErrDamaged, info.Size(), tx.Size())
		}
		return f.read(tx, into)
	})
}

func (f *file) read(tx *bbolt.Tx, into *Store) error {
	meta := tx.Bucket([]byte(metaBucket))
	if meta == nil {
		return ErrForeign
	}
	if got := meta.Get([]byte(formatKey)); string(got) != format {
		return fmt.Errorf("%w of this version: it says %q, not %q", ErrForeign, got, format)
	}
	for problem := range tx.Check() {
		return fmt.Errorf("%w: %w", ErrDamaged, problem)
	}
	for _, name := range into.rows.names() {
		bucket := tx.Bucket([]byte(name))
		if bucket == nil {
			return fmt.Errorf("%w: %s are missing", ErrDamaged, name)
		}
		if err := bucket.ForEach(func(id, value []byte) error { return f.readRow(into, name, id, value) }); err != nil {
			return err
		}
		if !bytes.Equal(meta.Get([]byte(name)), f.totals[name].encode()) {
			return fmt.Errorf("%w: rows of %s are lost", ErrDamaged, name)
		}
	}
	return nil
}

func (f *file) readRow(into *Store, table string, id, value []byte) error {
	if len(value) < 4 || checksum(id, value[4:]) != binary.BigEndian.Uint32(value) {
		return fmt.Errorf("%w: row %q of %s does not match its checksum", ErrDamaged, id, table)
	}
	if err := into.restore(table, value[4:]); err != nil {
		return fmt.Errorf("%w: row %q of %s: %w", ErrDamaged, id, table, err)
	}
	f.totals[table].add(value)
	return nil
}

func (t *total) add(value []byte) {
	t.rows++
	t.sum ^= binary.BigEndian.Uint32(value)
}

func (t *total) drop(value []byte) {
	t.rows--
	t.sum ^= binary.BigEndian.Uint32(value)
}

func (t *total) encode() []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, t.rows), t.sum)
}

func checksum(id, row []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(id), crc32.IEEETable, row)
}

// found makes a new file. It gets its name when it is complete: a process killed half-way leaves no state that is refused.
func (f *file) found(path string) error {
	unfinished := path + ".new"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := bbolt.Open(unfinished, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Update(f.furnish), db.Close()); err != nil {
		return err
	}
	return os.Rename(unfinished, path)
}

// furnish writes the first content of a new file.
func (f *file) furnish(tx *bbolt.Tx) error {
	meta, err := tx.CreateBucket([]byte(metaBucket))
	if err != nil {
		return err
	}
	for name, total := range f.totals {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
		if err := meta.Put([]byte(name), total.encode()); err != nil {
			return err
		}
	}
	return meta.Put([]byte(formatKey), []byte(format))
}

// commit writes the edits; when it returns nil they are on disk.
func (f *file) commit(edits []edit) error {
	changed := map[string]*total{}
	err := f.db.Update(func(tx *bbolt.Tx) error {
		for _, e := range edits {
			if changed[e.table] == nil {
				was := *f.totals[e.table]
				changed[e.table] = &was
			}
			if err := write(tx.Bucket([]byte(e.table)), e, changed[e.table]); err != nil {
				return err
			}
		}
		for name, total := range changed {
			if err := tx.Bucket([]byte(metaBucket)).Put([]byte(name), total.encode()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name, total := range changed {
		f.totals[name] = total
	}
	return nil
}

func write(bucket *bbolt.Bucket, e edit, sum *total) error {
	id := []byte(e.id)
	if was := bucket.Get(id); was != nil {
		sum.drop(was)
	}
	if e.row == nil {
		return bucket.Delete(id)
	}
	row, err := encodeRow(e.row)
	if err != nil {
		return err
	}
	value := append(binary.BigEndian.AppendUint32(nil, checksum(id, row)), row...)
	sum.add(value)
	return bucket.Put(id, value)
}

// encodeRow leaves the bodies' bytes as they are; json.Marshal would rewrite "<", ">" and "&".
func encodeRow(row any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(row)
	return out.Bytes(), err
}

func (f *file) close() error { return f.db.Close() }
