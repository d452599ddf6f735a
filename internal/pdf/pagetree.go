package pdf

import (
	"errors"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// node is a place in the page tree, with what a page takes over from the nodes above it.
type node struct {
	object              types.Object
	media, crop, rotate types.Object
}

// readPages walks the page tree and gives the size of each page. The library can do so too, but trusts the counts that
// the tree states.
func readPages(doc *model.Context) ([]Size, error) {
	root, err := doc.Catalog()
	if err != nil {
		return nil, err
	}
	tree, _ := root.Find("Pages")
	stack := []node{{object: tree}}
	var sizes []Size
	for visited := 0; len(stack) > 0 && len(sizes) < maxCounted; visited++ {
		if visited == maxNodes {
			return nil, errors.New("the page tree has no end")
		}
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		d, err := doc.DereferenceDict(n.object)
		if err != nil || d == nil {
			continue
		}
		n.take(d)
		kids, isTree := d.Find("Kids")
		if !isTree {
			sizes = append(sizes, n.size(doc, d))
			continue
		}
		list, err := doc.DereferenceArray(kids)
		if err != nil {
			continue
		}
		// More than can be visited need not be remembered: one array may stand in many places of a tree.
		list = list[:min(len(list), maxNodes-min(len(stack), maxNodes))]
		for i := len(list) - 1; i >= 0; i-- {
			stack = append(stack, node{list[i], n.media, n.crop, n.rotate})
		}
	}
	if len(sizes) == 0 {
		return nil, errors.New("no pages")
	}
	return sizes, nil
}

// take replaces what n inherited by what its own dictionary states.
func (n *node) take(d types.Dict) {
	for key, field := range map[string]*types.Object{"MediaBox": &n.media, "CropBox": &n.crop, "Rotate": &n.rotate} {
		if o, ok := d.Find(key); ok && o != nil {
			*field = o
		}
	}
}

// size is the size of the page as it is shown.
func (n *node) size(doc *model.Context, d types.Dict) Size {
	box, ok := rectangle(doc, n.media)
	if !ok {
		return Size{}
	}
	// What is cropped away can't be beyond the medium; a crop box that leaves nothing is a mistake to pass over.
	if crop, ok := rectangle(doc, n.crop); ok {
		if both := box.intersect(crop); both.width() > 0 && both.height() > 0 {
			box = both
		}
	}
	unit := 1.0
	if o, ok := d.Find("UserUnit"); ok {
		if u, err := doc.DereferenceNumber(o); err == nil && u > 0 {
			unit = u
		}
	}
	s := Size{box.width() * unit * pointsToMM, box.height() * unit * pointsToMM}
	if turn, err := doc.DereferenceNumber(n.rotate); err == nil && int(turn)%180 != 0 {
		s.Width, s.Height = s.Height, s.Width
	}
	return s
}

type box struct{ left, bottom, right, top float64 }

func (b box) width() float64  { return b.right - b.left }
func (b box) height() float64 { return b.top - b.bottom }

func (b box) intersect(o box) box {
	return box{max(b.left, o.left), max(b.bottom, o.bottom), min(b.right, o.right), min(b.top, o.top)}
}

// rectangle reads two opposite corners, which may be any two.
func rectangle(doc *model.Context, o types.Object) (box, bool) {
	if o == nil {
		return box{}, false
	}
	list, err := doc.DereferenceArray(o)
	if err != nil || len(list) < 4 {
		return box{}, false
	}
	var n [4]float64
	for i := range n {
		if n[i], err = doc.DereferenceNumber(list[i]); err != nil {
			return box{}, false
		}
	}
	return box{min(n[0], n[2]), min(n[1], n[3]), max(n[0], n[2]), max(n[1], n[3])}, true
}
