package pdf

import "errors"

// node is a place in the page tree, with what it inherits from the nodes above it.
type node struct {
	object              object
	media, crop, rotate object
}

// readPages walks the page tree and returns the size of each page. It ignores what the tree says about the number of
// its pages.
func (r *reader) readPages() ([]Size, error) {
	stack := []node{{object: r.dict(r.trailer["Root"])["Pages"]}}
	var sizes []Size
	for visited := 0; len(stack) > 0 && len(sizes) < maxCounted; visited++ {
		if visited == maxNodes {
			return nil, errors.New("the page tree has no end")
		}
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		d := r.dict(n.object)
		if d == nil {
			continue
		}
		n.take(d)
		kids, isTree := d["Kids"]
		if !isTree {
			sizes = append(sizes, r.size(n, d))
			continue
		}
		list := r.array(kids)
		// Do not remember more nodes than can be visited: the same long array may be used in many places of a tree.
		list = list[:min(len(list), maxNodes-min(len(stack), maxNodes))]
		for i := len(list) - 1; i >= 0; i-- {
			stack = append(stack, node{list[i], n.media, n.crop, n.rotate})
		}
	}
	if r.err == nil && len(sizes) == 0 {
		return nil, errors.New("no pages")
	}
	return sizes, r.err
}

// take replaces inherited values with those in the node's own dictionary.
func (n *node) take(d dict) {
	for key, field := range map[name]*object{"MediaBox": &n.media, "CropBox": &n.crop, "Rotate": &n.rotate} {
		if o, ok := d[key]; ok {
			*field = o
		}
	}
}

// size is the size of the page as displayed.
func (r *reader) size(n node, d dict) Size {
	box, ok := r.rectangle(n.media)
	if !ok {
		return Size{}
	}
	// A crop box can't extend beyond the media box. One that would leave nothing is a mistake, and ignored.
	if crop, ok := r.rectangle(n.crop); ok {
		if both := box.intersect(crop); both.width() > 0 && both.height() > 0 {
			box = both
		}
	}
	unit := 1.0
	if u, ok := r.number(d["UserUnit"]); ok && u > 0 {
		unit = u
	}
	s := Size{box.width() * unit * pointsToMM, box.height() * unit * pointsToMM}
	if turn, ok := r.integer(n.rotate); ok && turn%180 != 0 {
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

// rectangle reads two opposite corners, in any order.
func (r *reader) rectangle(o object) (box, bool) {
	list := r.array(o)
	if len(list) < 4 {
		return box{}, false
	}
	var n [4]float64
	for i := range n {
		var ok bool
		if n[i], ok = r.number(list[i]); !ok {
			return box{}, false
		}
	}
	return box{min(n[0], n[2]), min(n[1], n[3]), max(n[0], n[2]), max(n[1], n[3])}, true
}
