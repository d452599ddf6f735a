package mistune

// Document is a text as it was understood, in the order in which it is shown: footnotes come last. Definitions, and
// tables, of which nothing is shown, are gone. Whoever reads a Document leaves it as it is, so one may have several
// readers.
type Document []Block

// Kind is what a [Block] is.
type Kind uint8

// What a document is made of.
const (
	Paragraph      Kind = iota
	TightParagraph      // in a list item whose lines stand close: no space around it
	Heading
	Rule
	Inset // mistune's block quote, which Notify begins with ^
	List
	Item    // of a list
	Code    // and HTML: anything to be copied
	Newline // one empty line or more where no block ends

	// These are only known while a text is parsed.
	tableBlock
	footnoteBlock
)

// Block is a piece of a document: prose, or further blocks.
type Block struct {
	Kind    Kind
	Level   uint8 // of a heading, from 1 to 6
	Ordered bool  // of a list: its items have numbers
	loose   bool  // of an item: what it holds are paragraphs
	// Source is what is to be copied of code. That of other blocks is their Markdown, which only the parser reads.
	Source   string
	Prose    Prose   // of paragraphs and headings
	Children []Block // of insets, lists and items
}

// Prose is what stands in a paragraph, a heading or an item. All of it is HTML: &, < and > are escaped.
type Prose struct {
	Before string // up to the first link
	Links  []Link
}

// HardBreak is a line break that is shown. Prose does not hold the character otherwise: it is a line break like any
// other when the Markdown comes in.
const HardBreak = '\r'

// Link is a link with what follows it. One that is bare is an address that makes a link of itself and has no label.
type Link struct {
	Bare, Mail bool // Mail: it is the address of an email
	URL, Title string
	Label      Prose
	After      string // up to the next link
}

// Parse reads Markdown.
func Parse(s string) Document {
	d := &definitions{}
	p := blockParser{definitions: d}
	blocks := p.parse(preprocess(s), documentRules)
	r := resolver{definitions: d}
	blocks = r.resolve(blocks, false)
	for _, key := range r.order {
		blocks = append(blocks, r.notes[key]...)
	}
	return blocks
}
