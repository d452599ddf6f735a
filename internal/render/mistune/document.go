package mistune

// Document is parsed Markdown, in the order in which it is shown: footnotes come last. It holds no definitions and no
// tables, because they are not shown. Readers do not change a Document, so it may have several.
type Document []Block

// Kind is the kind of a [Block].
type Kind uint8

// The kinds of blocks.
const (
	Paragraph      Kind = iota
	TightParagraph      // in a list item without empty lines: no space around it
	Heading
	Rule
	Inset // mistune's block quote, which Notify begins with ^
	List
	Item    // of a list
	Code    // and HTML: anything to be copied
	Newline // one empty line or more where no block ends

	// These exist only during parsing.
	tableBlock
	footnoteBlock
)

// Block is a piece of a document: prose, or further blocks.
type Block struct {
	Kind    Kind
	Level   uint8 // of a heading, from 1 to 6
	Ordered bool  // of a list: its items have numbers
	loose   bool  // of an item: its text is in paragraphs
	// Source is the content of code, which is copied. In other blocks it is their Markdown, which only the parser reads.
	Source   string
	Prose    Prose   // of paragraphs and headings
	Children []Block // of insets, lists and items
}

// Prose is the text of a paragraph, a heading or an item. It is HTML: &, < and > are escaped.
type Prose struct {
	Before string // up to the first link
	Links  []Link
}

// HardBreak is a line break that is shown. Prose holds no other \r, because preprocess turns each one in the Markdown
// into \n.
const HardBreak = '\r'

// Link is a link and the text after it. A bare link is an address on its own, without a label.
type Link struct {
	Bare, Mail bool // Mail: the URL is an email address
	URL, Title string
	Label      Prose
	After      string // up to the next link
}

// Parse parses Markdown.
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
