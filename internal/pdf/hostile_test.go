package pdf_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pdf"
)

const (
	root    = "<</Type/Catalog/Pages 2 0 R>>"
	rooted  = "/Root 1 0 R"
	kid3    = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
	aPage   = "<</Type/Page/Parent 2 0 R" + a4 + ">>"
	flate   = "/Filter/FlateDecode"
	objects = "/Type/ObjStm/N 2/First 8" + flate
)

// times repeats s n times. A %d in s becomes the number of the repetition.
func times(n int, s string) string {
	if !strings.Contains(s, "%d") {
		return strings.Repeat(s, n)
	}
	var out strings.Builder
	for i := range n {
		out.WriteString(strings.ReplaceAll(s, "%d", fmt.Sprint(i)))
	}
	return out.String()
}

// onePage begins a file. Its objects 1 to 3 are a letter of one page.
func onePage() *builder {
	return build("1.5").object(1, root).object(2, kid3).object(3, aPage)
}

// tree begins a file whose page tree is to be added.
func tree() *builder { return build("1.4").object(1, root) }

// bomb is n megabytes of zeros, packed to a thousandth of that.
func bomb(n int) []byte { return deflate(make([]byte, n<<20)) }

// hostile are files made to take for ever or use up all memory, their size n, and the number of pages they should have:
// 0 if they can't be read.
var hostile = []struct {
	name  string
	size  int
	file  func(n int) []byte
	pages int
}{
	// Page trees.
	{"deep tree", 15_000, func(n int) []byte {
		b := tree()
		for i := range n {
			b.object(2+i, "<</Type/Pages/Kids[%d 0 R]>>", 3+i)
		}
		return b.object(2+n, aPage).table(rooted)
	}, 1},
	{"endless tree", 30_000, func(n int) []byte {
		b := tree()
		for i := range n {
			b.object(2+i, "<</Type/Pages/Kids[%d 0 R]>>", 3+i)
		}
		return b.object(2+n, aPage).table(rooted)
	}, 0},
	{"wide tree", 100_000, func(n int) []byte {
		return tree().object(2, "<</Kids[%s]>>", times(n, "3 0 R ")).object(3, aPage).table(rooted)
	}, 1000},
	{"wide tree of missing nodes", 100_000, func(n int) []byte {
		return tree().object(2, "<</Kids[%s]>>", times(n, "%d9 0 R ")).table(rooted)
	}, 0},
	{"tree in itself", 50_000, func(n int) []byte {
		return tree().object(2, "<</Kids[%s]>>", times(n, "2 0 R ")).table(rooted)
	}, 0},
	{"two trees in each other", 1, func(int) []byte {
		return tree().object(2, "<</Kids[3 0 R 3 0 R]>>").object(3, "<</Kids[2 0 R 2 0 R]>>").table(rooted)
	}, 0},
	{"tree that doubles", 60, func(n int) []byte {
		b := tree()
		for i := range n {
			b.object(2+i, "<</Kids[%d 0 R %[1]d 0 R]>>", 3+i)
		}
		return b.table(rooted)
	}, 0},
	{"pages that double", 60, func(n int) []byte {
		b := tree()
		for i := range n {
			b.object(2+i, "<</Kids[%d 0 R %[1]d 0 R]>>", 3+i)
		}
		return b.object(2+n, aPage).table(rooted)
	}, 1000},
	{"one list in many places", 30_000, func(n int) []byte {
		return tree().object(2, "<</Kids 3 0 R>>").object(3, "[%s]", times(n, "<</Kids 3 0 R>>")).table(rooted)
	}, 0},
	{"tree that is its own catalogue", 1, func(int) []byte {
		return build("1.4").object(1, "<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>").table(rooted)
	}, 0},
	{"a wrong count of pages", 1, func(int) []byte {
		return tree().object(2, "<</Kids[3 0 R]/Count 2147483647>>").object(3, aPage).table(rooted)
	}, 1},

	// Streams that unpack to more than they should.
	{"object stream", 33, func(n int) []byte {
		return build("1.5").stream(9, objects, append(bomb(n), 0)).packedEntries(9, 1, 2).tableStream(10, rooted, plain)
	}, 0},
	{"object stream after a good list", 33, func(n int) []byte {
		content := append([]byte("1 0 2 30 "+root+"  "+kid3), make([]byte, n<<20)...)
		return build("1.5").stream(9, "/Type/ObjStm/N 2/First 9"+flate, deflate(content)).packedEntries(9, 1, 2).
			object(3, aPage).tableStream(10, rooted, plain)
	}, 0},
	{"many object streams", 20, func(n int) []byte {
		b, data := tree(), deflate(append([]byte("20 0 21 9 "), make([]byte, 4<<20)...))
		var kids strings.Builder
		for i := range n {
			b.stream(100+i, "/Type/ObjStm/N 2/First 10"+flate, data).packedEntries(100+i, 1000+i)
			fmt.Fprintf(&kids, "%d 0 R ", 1000+i)
		}
		return b.object(2, "<</Kids[%s]>>", kids.String()).tableStream(99, rooted, plain)
	}, 0},
	{"Flate in Flate", 33, func(n int) []byte {
		attrs := "/Type/ObjStm/N 2/First 8/Filter[" + times(3, "/FlateDecode") + "]"
		return build("1.5").stream(9, attrs, deflate(deflate(bomb(n)))).packedEntries(9, 1, 2).
			tableStream(10, rooted, plain)
	}, 0},
	{"a thousand filters", 1000, func(n int) []byte {
		return build("1.5").stream(9, "/Type/ObjStm/N 2/First 8/Filter["+times(n, "/FlateDecode")+"]", bomb(1)).
			packedEntries(9, 1, 2).tableStream(10, rooted, plain)
	}, 0},
	{"table", 33, func(n int) []byte {
		return onePage().tableStream(10, rooted+flate, func([]byte) []byte { return bomb(n) })
	}, 1},
	{"a table with rows of 2 GB", 1, func(int) []byte {
		return onePage().tableStream(10, rooted+flate+"/DecodeParms<</Predictor 12/Columns 2147483647>>", deflate)
	}, 1},
	{"a table with more colours than fit into an integer", 1, func(int) []byte {
		attrs := "/DecodeParms<</Predictor 15/Colors 1000000/Columns 1000000/BitsPerComponent 16>>"
		return onePage().tableStream(10, rooted+flate+attrs, deflate)
	}, 1},
	{"rows of one byte", 4, func(n int) []byte {
		attrs := "/DecodeParms<</Predictor 15/Columns 1>>"
		return onePage().tableStream(10, rooted+flate+attrs, func([]byte) []byte { return bomb(n) })
	}, 1},
	{"no rows", 1, func(int) []byte {
		return onePage().tableStream(10, rooted+flate+"/DecodeParms<</Predictor 15/Columns 0>>", deflate)
	}, 1},

	// Object streams whose lists are wrong.
	{"a list of two billion objects", 1, func(int) []byte {
		return build("1.5").stream(9, "/Type/ObjStm/N 2147483647/First 2147483647"+flate, deflate([]byte("1 0"))).
			packedEntries(9, 1, 2).tableStream(10, rooted, plain)
	}, 0},
	{"an object stream in itself", 1, func(int) []byte {
		return onePage().packed(9, 9, "<<>>").packedEntries(9, 1, 2).tableStream(10, rooted, plain)
	}, 1},
	{"an object stream with its own length", 1, func(int) []byte {
		return build("1.5").object(9, "<</Type/ObjStm/N 1/First 4/Length 8 0 R>>stream\n8 0 4\nendstream").
			packedEntries(9, 8, 1, 2).tableStream(10, rooted, plain)
	}, 0},
	{"all objects at the same place", 20_000, func(n int) []byte {
		content := times(n, "%d 0 ") + "[" + times(n, "0 ") + "]"
		attrs := fmt.Sprintf("/Type/ObjStm/First %d%s", strings.Index(content, "["), flate)
		numbers := make([]int, n-20)
		for i := range numbers {
			numbers[i] = 20 + i
		}
		return tree().object(2, "<</Kids[%s]>>", times(n, "1%d 0 R ")).stream(9, attrs, deflate([]byte(content))).
			packedEntries(9, numbers...).tableStream(10, rooted, plain)
	}, 0},

	// Tables.
	{"table that follows itself", 1, func(int) []byte {
		b := onePage()
		return b.table(fmt.Sprintf("%s/Prev %d", rooted, b.Len()))
	}, 1},
	{"two tables that follow each other", 1, func(int) []byte {
		b := onePage()
		first := b.Len()
		fmt.Fprintf(b, "xref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Prev %d>>\n", first+60)
		b.WriteString(strings.Repeat(" ", first+60-b.Len()))
		return b.table(fmt.Sprintf("%s/Prev %d", rooted, first))
	}, 1},
	{"thirty thousand tables", 30_000, func(n int) []byte {
		b := onePage()
		last := 0
		for range n {
			at := b.Len()
			fmt.Fprintf(b, "xref\n0 0\ntrailer<</Prev %d>>\n", last)
			last = at
		}
		return b.table(fmt.Sprintf("%s/Prev %d", rooted, last))
	}, 1},
	{"one table in many places", 100_000, func(n int) []byte {
		b := onePage()
		start := b.Len()
		b.WriteString(times(n/4, "xref ") + "xref\n0 1\n" + times(n, "0000000000 00000 f \n"))
		fmt.Fprintf(b, "trailer<</Prev %d>>\n", start+5)
		return b.table(fmt.Sprintf("%s/Prev %d", rooted, start))
	}, 1},
	{"hybrid that is its own stream", 1, func(int) []byte {
		b := onePage()
		return b.table(fmt.Sprintf("%s/XRefStm %d", rooted, b.Len()))
	}, 1},
	{"a section of two billion entries", 1, func(int) []byte {
		return bytes.ReplaceAll(onePage().table(rooted), []byte("3 1\n"), []byte("3 2147483647\n"))
	}, 1},
	{"an index of two billion entries", 1, func(int) []byte {
		return bytes.ReplaceAll(onePage().tableStream(10, rooted, plain), []byte("Index["), []byte("Index[0 2147483647 "))
	}, 1},
	{"records of zero bytes", 1, func(int) []byte {
		return bytes.ReplaceAll(onePage().tableStream(10, rooted, plain), []byte("W[1 4 2]"), []byte("W[0 0 0]"))
	}, 1},
	{"records of 2 GB", 1, func(int) []byte {
		return bytes.ReplaceAll(onePage().tableStream(10, rooted, plain), []byte("[1 4 2]"), []byte("[1 2147483647 2]"))
	}, 1},
	{"more objects than a letter has", 300_000, func(n int) []byte {
		return onePage().table("/A[" + times(n, "]>>\n%d 0 obj<<>>endobj") + rooted)
	}, 0},
	{"a table of more objects than a letter has", 300_000, func(n int) []byte {
		return replaced(onePage().table(rooted), "xref\n0 1\n", "xref\n20 1\n"+times(n, "0000000015 00000 n \n")+"0 1\n")
	}, 0},
	{"many numbers for one long object", 10_000, func(n int) []byte {
		b := tree().object(2, "<</Kids[%s]>>", times(n, "%d9 0 R ")).object(3, "[%s]", times(n, "0 "))
		for i := range n {
			b.entries[i*10+9] = b.entries[3]
		}
		return b.table(rooted)
	}, 0},

	// Objects.
	{"references in a circle", 1, func(int) []byte {
		return build("1.4").object(1, "2 0 R").object(2, "1 0 R").table(rooted)
	}, 0},
	{"a chain of references", 20_000, func(n int) []byte {
		b := tree()
		for i := range n {
			b.object(2+i, "%d 0 R", 3+i)
		}
		return b.object(2+n, aPage).table(rooted)
	}, 0},
	{"a chain of lengths", 10_000, func(n int) []byte {
		b := onePage()
		for i := range n {
			b.object(20+i, "<</Type/ObjStm/N 1/First 0/Length %d 0 R>>stream\nendstream", 21+i)
		}
		return b.packedEntries(20, 1, 2).tableStream(10, rooted, plain)
	}, 1},
	{"brackets", 1 << 20, func(n int) []byte { return []byte("%PDF-1.4\n1 0 obj" + times(n, "[")) }, 0},
	{"dictionaries", 1 << 20, func(n int) []byte { return []byte("%PDF-1.4\n1 0 obj" + times(n, "<</A")) }, 0},
	{"parentheses", 1 << 16, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "1 0 obj<</Type/Catalog(")) }, 0},
	{"hexadecimal", 1 << 16, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "1 0 obj<</Type/Catalog<")) }, 0},
	{"comments", 1 << 21, func(n int) []byte { return []byte("%PDF-1.4\n1 0 obj<</Pages" + times(n, "1%")) }, 0},
	{"many values", 1 << 21, func(n int) []byte {
		return tree().object(2, "<</Kids[3 0 R]/A[%s]>>", times(n, "0 ")).object(3, aPage).table(rooted)
	}, 0},
	{"a long name", 1 << 22, func(n int) []byte {
		return tree().object(2, "<</%s/Kids[3 0 R]>>", times(n/3, "#41")).object(3, aPage).table(rooted)
	}, 1},
	{"a long number", 1 << 22, func(n int) []byte {
		return tree().object(2, kid3).object(3, "<</MediaBox[0 0 %s 842]>>", times(n, "9")).table(rooted)
	}, 1},

	// Input for the repair.
	{"headers", 1 << 18, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "1 0 obj ")) }, 0},
	{"empty objects", 1 << 19, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "1 0 obj<<>>endobj\n")) }, 0},
	{"trailers", 1 << 18, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "trailer<<")) }, 0},
	{"trailers with brackets", 1 << 18, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "trailer[")) }, 0},
	{"trailers with parentheses", 1 << 18, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "trailer(")) }, 0},
	{"streams without an end", 1 << 19, func(n int) []byte {
		return []byte("%PDF-1.4\n" + times(n, "1 0 obj<<>>stream\n"))
	}, 0},
	{"ends of streams", 1 << 17, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, ">>stream endstream\n")) }, 0},
	{"tables without a trailer", 1 << 19, func(n int) []byte {
		return []byte("%PDF-1.4\n" + times(n, "xref 0 startxref 9 "))
	}, 0},
	{"object streams without an end", 10_000, func(n int) []byte {
		return []byte("%PDF-1.4\n" + times(n, "%d9 0 obj<</Type/ObjStm/First 0>>stream\nendobj ") + "endstream")
	}, 0},
	{"white space", 1 << 22, func(n int) []byte { return []byte("%PDF-1.4\n1 0 obj<<>>" + times(n, " ") + "stream") }, 0},
	{"digits", 1 << 22, func(n int) []byte { return []byte("%PDF-1.4\n" + times(n, "1") + " 0 obj<<>>") }, 0},

	// Encryption.
	{"missing encryption dictionary", 1, func(int) []byte { return onePage().table(rooted + "/Encrypt 9 0 R") }, 0},
	{"a key of length zero", 1, func(int) []byte {
		return onePage().table(rooted + "/Encrypt<</Filter/Standard/V 2/R 3/Length 0/O()/U()/P 0>>")
	}, 0},
	{"a key of 2 GB", 1, func(int) []byte {
		return onePage().table(rooted + "/Encrypt<</Filter/Standard/V 2/R 3/Length 2147483647/O(" + times(32, "x") +
			")/U(" + times(32, "x") + ")>>")
	}, 0},
	{"a long key for an old method", 1, func(int) []byte {
		return onePage().table(rooted + "/Encrypt<</Filter/Standard/V 5/R 3/StmF/A/CF<</A<</CFM/AESV3>>>>/O(" +
			times(32, "x") + ")/U(" + times(32, "x") + ")>>")
	}, 0},
	{"hashes without a match", 1, func(int) []byte {
		return onePage().table(rooted + "/Encrypt<</Filter/Standard/V 5/R 6/O(" + times(48, "x") +
			")/U(" + times(48, "x") + ")/UE(" + times(32, "x") +
			")/OE(" + times(32, "x") + ")/Perms(" + times(16, "x") + ")>>")
	}, 0},
}

// packedEntries adds entries for objects in an object stream.
func (b *builder) packedEntries(within int, numbers ...int) *builder {
	for i, n := range numbers {
		b.entries[n] = [3]int{2, within, i}
	}
	return b
}

// TestHostile inspects files that might take for ever or use up all memory.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			inspect := func(n int) (pages int, took time.Duration) {
				content := h.file(n)
				require.Less(t, len(content), 15<<20)
				start := time.Now()
				info, err := pdf.Inspect(content)
				took = time.Since(start)
				if err != nil {
					require.ErrorIs(t, err, pdf.ErrUnreadable)
				}
				return info.Pages, took
			}
			pages, took := inspect(h.size)
			require.Equal(t, h.pages, pages)
			// Four times as much input takes four times as long, or sixteen times if the time is quadratic. Try again, in case
			// the machine was busy.
			linear := func() bool {
				_, quarter := inspect(h.size / 4)
				return took < 10*quarter
			}
			for range 3 {
				if took < time.Second || h.size < 4 || linear() {
					return
				}
				_, took = inspect(h.size)
			}
			t.Errorf("takes %v", took)
		})
	}
}
