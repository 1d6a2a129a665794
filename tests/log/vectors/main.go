// Writes sumdb.json: what Go's own sumdb packages make of a log of 130 records. It was run once, with Go 1.27.3:
//
//	mkdir -p /tmp/vectors/sumdb && cp main.go /tmp/vectors && cd /tmp/vectors
//	cp -r "$(go env GOROOT)"/src/cmd/vendor/golang.org/x/mod/sumdb/{tlog,note} sumdb
//	go mod init vectors && go run . >sumdb.json
//
// The packages are golang.org/x/mod/sumdb/{tlog,note}, as the Go toolchain carries them for its own use.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"vectors/sumdb/note"
	"vectors/sumdb/tlog"
)

const size = 130

type storage []tlog.Hash

func (s storage) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = s[index]
	}
	return found, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	var stored storage
	var roots []string
	for n := int64(0); n < size; n++ {
		stored = append(stored, must(tlog.StoredHashes(n, []byte(fmt.Sprintf("record %d", n)), stored))...)
		roots = append(roots, must(tlog.TreeHash(n+1, stored)).String())
	}
	var hashes []string
	for _, hash := range stored {
		hashes = append(hashes, hash.String())
	}
	inclusion, consistency := map[string][]string{}, map[string][]string{}
	for _, second := range []int64{1, 2, 3, 7, 8, 64, 100, size} {
		for n := int64(0); n < second; n += 1 + second/9 {
			for _, hash := range must(tlog.ProveRecord(second, n, stored)) {
				inclusion[fmt.Sprintf("%d in %d", n, second)] = append(inclusion[fmt.Sprintf("%d in %d", n, second)], hash.String())
			}
			for _, hash := range must(tlog.ProveTree(second, n+1, stored)) {
				consistency[fmt.Sprintf("%d to %d", n+1, second)] = append(consistency[fmt.Sprintf("%d to %d", n+1, second)], hash.String())
			}
		}
	}
	// A key of which everybody knows the seed, 32 bytes of 7, so that the signature comes out the same everywhere.
	seed := make([]byte, 33)
	seed[0] = 1
	for i := 1; i < 33; i++ {
		seed[i] = 7
	}
	skey, vkey := keys("example.com/seawall", seed)
	signer := must(note.NewSigner(skey))
	text := fmt.Sprintf("example.com/seawall\n%d\n%s\n", size, must(tlog.TreeHash(size, stored)))
	checkpoint := string(must(note.Sign(&note.Note{Text: text}, signer)))
	must(note.Open([]byte(checkpoint), note.VerifierList(must(note.NewVerifier(vkey)))))
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	encoder.Encode(map[string]any{
		"stored_hashes": hashes, "roots": roots, "inclusion": inclusion, "consistency": consistency,
		"signer_key": skey, "verifier_key": vkey, "checkpoint": checkpoint,
	})
}

// keys writes both halves of a key as note.GenerateKey does, which would draw a seed.
func keys(name string, seed []byte) (string, string) {
	public := append([]byte{1}, ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(name+"\n"), public...))
	id := fmt.Sprintf("%x", sum[:4])
	encode := base64.StdEncoding.EncodeToString
	return "PRIVATE+KEY+" + name + "+" + id + "+" + encode(seed), name + "+" + id + "+" + encode(public)
}
