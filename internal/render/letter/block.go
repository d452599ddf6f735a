package letter

// Kind is what a [Block] is.
type Kind uint8

// The pieces of a letter.
const (
	Paragraph Kind = iota
	Heading
	Item      // of a list
	QRCode    // its content is what the code holds
	PageBreak // has no content
	Gap       // an empty line
)

// Block is a piece of a letter's body, to be set in type.
type Block struct {
	Kind Kind
	// Content is what is read, nothing in it escaped. Each line break in it begins a new line.
	Content string
	// Marker stands before an item: a bullet, or its number and a full stop.
	Marker string
	// Depth is how many lists the block stands in. An item stands in one at least.
	Depth int
	// Last is true of what ends a list that is in no other.
	Last bool
}
