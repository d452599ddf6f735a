package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" //nolint:gosec // PDF encryption needs it
	"crypto/rc4" //nolint:gosec // as above
	"crypto/sha256"
	"crypto/sha512"
	"errors"
)

var errLocked = errors.New("encrypted, and cannot be opened without a password")

// padding fills a password up to 32 bytes, as algorithm 2 of ISO 32000-2, chapter 7.6.4.3, says. The numbers of the
// algorithms below are from there too. Here every password is empty.
const padding = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// fileKey decrypts the streams of a file.
type fileKey struct {
	key    []byte
	method name // V2 (RC4), AESV2, AESV3 or Identity
}

// encryption is the content of the encryption dictionary.
type encryption struct {
	revision    int
	length      int // of the key, in bytes
	owner, user []byte
	userKey     []byte // UE
	complete    bool   // the other entries that a long key needs are there
	permissions uint32
	id          []byte
	metadata    bool // the metadata is encrypted too
}

// unlock finds the key of an encrypted file that opens without a password: many only forbid printing or copying.
func (r *reader) unlock() error {
	stated, ok := r.trailer["Encrypt"]
	if !ok {
		return nil
	}
	d := r.dict(stated)
	method, length, ok := r.method(d)
	if filter, _ := r.resolve(d["Filter"]).(name); !ok || filter != "Standard" {
		return errLocked
	}
	e := encryption{length: length, metadata: r.resolve(d["EncryptMetadata"]) != false}
	e.revision, _ = r.integer(d["R"])
	e.owner, e.user, e.userKey = r.bytes(d["O"]), r.bytes(d["U"]), r.bytes(d["UE"])
	e.complete = len(r.bytes(d["OE"])) == 32 && len(r.bytes(d["Perms"])) == 16
	permissions, _ := r.number(d["P"])
	// Some programs write it as a signed number, some as an unsigned one.
	e.permissions = uint32(int64(max(-1<<31, min(permissions, 1<<32-1)))) //nolint:gosec // only the lower 32 bits count
	if id := r.array(r.trailer["ID"]); len(id) > 0 {
		e.id = r.bytes(id[0])
	}
	key := e.open()
	if key == nil {
		return errLocked
	}
	r.key = &fileKey{key, method}
	r.forget() // what was read without the key
	return nil
}

func (r *reader) bytes(o object) []byte {
	s, _ := r.resolve(o).(quoted)
	return []byte(s)
}

// method returns how streams are encrypted, and the length of the key (tables 20 and 25 of ISO 32000-2).
func (r *reader) method(d dict) (method name, length int, ok bool) {
	const short, long = 40 / 8, 128 / 8
	version, _ := r.integer(d["V"])
	length = short
	if n, stated := r.integer(d["Length"]); stated {
		length = n / 8
	} else if version == 4 {
		length = long
	}
	switch version {
	case 1:
		return "V2", short, true
	case 2, 3:
		return "V2", length, length >= short && length <= long
	case 4, 5:
	default:
		return "", 0, false
	}
	method = "Identity"
	if filter, _ := r.resolve(d["StmF"]).(name); filter != "" && filter != "Identity" {
		method, _ = r.resolve(r.dict(r.dict(d["CF"])[filter])["CFM"]).(name)
	}
	switch method {
	case "Identity", "None":
		return "Identity", max(short, min(length, long)), true
	case "V2", "AESV2":
		return method, length, length >= short && length <= long
	case "AESV3":
		return method, 256 / 8, true
	}
	return "", 0, false
}

// open returns the key, or nil if the empty password is wrong.
func (e *encryption) open() []byte {
	const hash, block = 32, 16
	switch {
	case e.revision >= 2 && e.revision <= 4 && e.length <= block && len(e.owner) >= hash && len(e.user) >= block:
		e.owner = e.owner[:hash]
		if key := e.fileKey([]byte(padding)); e.opens(key) {
			return key
		}
		// Algorithm 7: the user password can be decrypted with the owner password.
		if key := e.fileKey(e.usersPassword()); e.opens(key) {
			return key
		}
	case (e.revision == 5 || e.revision == 6) && e.complete &&
		min(len(e.owner), len(e.user)) >= hash+block && len(e.userKey) == hash:
		check, salt := e.user[hash:hash+block/2], e.user[hash+block/2:hash+block]
		if bytes.Equal(e.hash(check), e.user[:hash]) {
			if b, err := aes.NewCipher(e.hash(salt)); err == nil {
				key := make([]byte, hash)
				cipher.NewCBCDecrypter(b, make([]byte, block)).CryptBlocks(key, e.userKey)
				return key
			}
		}
	}
	return nil
}

// fileKey is algorithm 2.
func (e *encryption) fileKey(password []byte) []byte {
	p := e.permissions
	seed := append(bytes.Clone(password), e.owner...)
	seed = append(seed, byte(p), byte(p>>8), byte(p>>16), byte(p>>24))
	seed = append(seed, e.id...)
	if e.revision == 4 && !e.metadata {
		seed = append(seed, 0xff, 0xff, 0xff, 0xff)
	}
	return e.stretch(seed)
}

// stretch hashes a seed as often as the revision requires.
func (e *encryption) stretch(seed []byte) []byte {
	key := md5.Sum(seed) //nolint:gosec // the format requires it
	if e.revision == 2 {
		return key[:40/8]
	}
	for range 50 {
		key = md5.Sum(key[:e.length]) //nolint:gosec // as above
	}
	return key[:e.length]
}

// opens is algorithms 4 and 5: with the right key, encrypting a known value gives U.
func (e *encryption) opens(key []byte) bool {
	if e.revision == 2 {
		return bytes.HasPrefix(e.user, crypt(key, 0, []byte(padding)))
	}
	known := md5.Sum(append([]byte(padding), e.id...)) //nolint:gosec // as above
	out := known[:]
	for i := range rounds {
		out = crypt(key, i, out)
	}
	return bytes.HasPrefix(e.user, out)
}

const rounds = 20

// usersPassword decrypts O with an empty owner password, which gives the user password.
func (e *encryption) usersPassword() []byte {
	key, out := e.stretch([]byte(padding)), e.owner
	if e.revision == 2 {
		return crypt(key, 0, out)
	}
	for i := range rounds {
		out = crypt(key, rounds-1-i, out)
	}
	return out
}

// crypt is RC4 with a variation of the key. Encrypting and decrypting are the same operation.
func crypt(key []byte, variation int, data []byte) []byte {
	varied := make([]byte, len(key))
	for i, c := range key {
		varied[i] = c ^ byte(variation)
	}
	out := make([]byte, len(data))
	if c, err := rc4.NewCipher(varied); err == nil { //nolint:gosec // as above
		c.XORKeyStream(out, data)
	}
	return out
}

// hash is algorithm 2.B for an empty password.
func (e *encryption) hash(salt []byte) []byte {
	first := sha256.Sum256(salt)
	k := first[:]
	if e.revision == 5 {
		return k
	}
	for round := 0; ; round++ {
		b, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		out := bytes.Repeat(k, 64)
		cipher.NewCBCEncrypter(b, k[16:32]).CryptBlocks(out, out)
		sum := 0 // the bytes as a number, modulo 3: as 256 is 1 modulo 3, their sum will do
		for _, c := range out[:16] {
			sum += int(c)
		}
		switch sum % 3 {
		case 0:
			s := sha256.Sum256(out)
			k = s[:]
		case 1:
			s := sha512.Sum384(out)
			k = s[:]
		default:
			s := sha512.Sum512(out)
			k = s[:]
		}
		// The last byte is at most 255, so there are fewer than 300 rounds.
		if round >= 63 && int(out[len(out)-1]) <= round-31 {
			return k[:32]
		}
	}
}

// decrypt decrypts the data of a stream. A nil key leaves the data as it is.
func (k *fileKey) decrypt(data []byte, number, generation int) ([]byte, error) {
	if k == nil || k.method == "Identity" {
		return data, nil
	}
	key := k.key
	if k.method != "AESV3" { // algorithm 1
		seed := append(bytes.Clone(key), byte(number), byte(number>>8), byte(number>>16))
		seed = append(seed, byte(generation), byte(generation>>8))
		if k.method == "AESV2" {
			seed = append(seed, "sAlT"...)
		}
		sum := md5.Sum(seed) //nolint:gosec // as above
		key = sum[:min(len(key)+5, len(sum))]
	}
	if k.method == "V2" {
		return crypt(key, 0, data), nil
	}
	b, err := aes.NewCipher(key)
	if err != nil || len(data) < aes.BlockSize {
		return nil, errFilter
	}
	out := bytes.Clone(data[aes.BlockSize : len(data)-len(data)%aes.BlockSize])
	cipher.NewCBCDecrypter(b, data[:aes.BlockSize]).CryptBlocks(out, out)
	return out, nil // with up to 16 bytes of padding, which do no harm here
}
