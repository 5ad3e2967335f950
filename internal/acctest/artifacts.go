package acctest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Artifacts returns all files in a directory by their relative path, the members of archives, and the private state of each
// object as the provider wrote it.
func Artifacts(dir string) (map[string][]byte, error) {
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		found[name] = content
		if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
			return unpack(name, content, found)
		}
		if strings.Contains(name, ".tfstate") {
			return private(name, content, found)
		}
		return nil
	})
	return found, err
}

// unpack adds the members of an archive, such as a saved plan.
func unpack(name string, content []byte, found map[string][]byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	for _, member := range archive.File {
		opened, err := member.Open()
		if err != nil {
			return fmt.Errorf("open %s in %s: %w", member.Name, name, err)
		}
		text, err := io.ReadAll(opened)
		if err != nil {
			return fmt.Errorf("read %s in %s: %w", member.Name, name, err)
		}
		found[name+"/"+member.Name] = text
		if strings.Contains(member.Name, "tfstate") {
			if err := private(name+"/"+member.Name, text, found); err != nil {
				return err
			}
		}
	}
	return nil
}

// private adds the private state of each object in a state file.
func private(name string, content []byte, found map[string][]byte) error {
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Private []byte // base64 in the file
			}
		}
	}
	if len(bytes.TrimSpace(content)) == 0 { // a lock or a state that was never written
		return nil
	}
	if err := json.Unmarshal(content, &state); err != nil {
		return fmt.Errorf("read the state %s: %w", name, err)
	}
	for _, resource := range state.Resources {
		for i, instance := range resource.Instances {
			if len(instance.Private) > 0 {
				found[fmt.Sprintf("%s, private state of %s.%s[%d]", name, resource.Type, resource.Name, i)] = instance.Private
			}
		}
	}
	return nil
}
