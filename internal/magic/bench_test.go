package magic

import (
	"bytes"
	"testing"
)

func BenchmarkDetect(b *testing.B) {
	for name, content := range map[string][]byte{
		"Short": []byte("hello world"),
		"Text":  bytes.Repeat([]byte("Dear Ms Bird, your permit is ready.\n"), 2<<20/36),
		"Zeros": make([]byte, 2<<20),
		"Zip":   append([]byte("PK\x03\x04"), bytes.Repeat([]byte("PK\x03"), 2<<20/3)...),
		"PDF":   append([]byte("%PDF-1.4\n"), make([]byte, 2<<20)...),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				_ = Detect(content)
			}
		})
	}
}
