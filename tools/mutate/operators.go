package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A mutant is one small change to one file that leaves every line its number.
type mutant struct {
	file       string // relative to the root
	line       int
	start, end int // byte offsets of what is replaced
	text       string
	what       string
}

// apply returns the file with the change made.
func (m mutant) apply(source []byte) []byte {
	return slices.Concat(source[:m.start], []byte(m.text), source[m.end:])
}

// The operators that replace each other. A comparison has two replacements: one moves its boundary, one reverses it.
var (
	boundaries = map[token.Token]token.Token{
		token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	}
	negations = map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS,
		token.GTR: token.LEQ, token.LEQ: token.GTR, token.LAND: token.LOR, token.LOR: token.LAND,
	}
	arithmetic = map[token.Token]token.Token{
		token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
		token.AND: token.OR, token.OR: token.AND, token.SHL: token.SHR, token.SHR: token.SHL,
		token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
		token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN,
		token.OR_ASSIGN: token.AND_ASSIGN, token.AND_NOT_ASSIGN: token.OR_ASSIGN,
		token.INC: token.DEC, token.DEC: token.INC,
	}
)

// finder collects the mutants of a file.
type finder struct {
	name   string
	source []byte
	set    *token.FileSet
	found  []mutant
}

// find returns all mutants of a file in their order there. Some may not compile: only the compiler knows the types.
func find(name string, source []byte) ([]mutant, error) {
	f := &finder{name: name, source: source, set: token.NewFileSet()}
	file, err := parser.ParseFile(f.set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	ast.Inspect(file, f.visit)
	slices.SortStableFunc(f.found, func(a, b mutant) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	return f.found, nil
}

// visit looks at one node. It skips imports, types and tags, because they decide nothing.
func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec, *ast.TypeSpec, *ast.CommentGroup:
		return false
	case *ast.BinaryExpr:
		f.binary(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			f.replace(n.OpPos, n.OpPos+1, "", "! removed")
		}
	case *ast.IfStmt:
		f.condition(n.Cond)
	case *ast.BasicLit:
		f.number(n)
	case *ast.Ident:
		switch n.Name {
		case "true":
			f.replace(n.Pos(), n.End(), "false", "true made false")
		case "false":
			f.replace(n.Pos(), n.End(), "true", "false made true")
		}
	case *ast.IncDecStmt:
		f.operator(n.TokPos, n.Tok, arithmetic)
		f.remove(n)
	case *ast.AssignStmt:
		f.operator(n.TokPos, n.Tok, arithmetic)
		if n.Tok != token.DEFINE {
			f.remove(n)
		}
	case *ast.ExprStmt:
		f.remove(n)
	case *ast.DeferStmt:
		f.remove(n)
	case *ast.BranchStmt:
		if n.Label == nil && n.Tok != token.FALLTHROUGH {
			f.remove(n)
		}
	case *ast.ReturnStmt:
		f.result(n)
	}
	return true
}

func (f *finder) binary(n *ast.BinaryExpr) {
	for _, side := range []ast.Expr{n.X, n.Y} {
		if lit, ok := side.(*ast.BasicLit); ok && lit.Kind == token.STRING && n.Op == token.ADD {
			return // joins strings, so it is not arithmetic
		}
	}
	f.operator(n.OpPos, n.Op, boundaries)
	f.operator(n.OpPos, n.Op, negations)
	f.operator(n.OpPos, n.Op, arithmetic)
}

func (f *finder) operator(at token.Pos, op token.Token, table map[token.Token]token.Token) {
	if other, ok := table[op]; ok {
		f.replace(at, at+token.Pos(len(op.String())), other.String(), fmt.Sprintf("%v made %v", op, other))
	}
}

// condition negates a condition that has no operator of its own, such as a call.
func (f *finder) condition(cond ast.Expr) {
	switch cond.(type) {
	case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr:
		f.replace(cond.Pos(), cond.Pos(), "!", "condition turned round")
	}
}

// number makes a whole number one larger and one smaller.
func (f *finder) number(n *ast.BasicLit) {
	value, err := strconv.ParseInt(n.Value, 0, 64)
	if n.Kind != token.INT || err != nil {
		return
	}
	for _, other := range []int64{value + 1, value - 1} {
		if other >= 0 {
			f.replace(n.Pos(), n.End(), strconv.FormatInt(other, 10), fmt.Sprintf("%s made %d", n.Value, other))
		}
	}
}

// result drops an error that is returned unchanged.
func (f *finder) result(n *ast.ReturnStmt) {
	if len(n.Results) == 0 {
		return
	}
	last := n.Results[len(n.Results)-1]
	if id, ok := last.(*ast.Ident); ok && id.Name == "err" {
		f.replace(last.Pos(), last.End(), "nil", "error not returned")
	}
}

// remove removes a statement but keeps its line breaks.
func (f *finder) remove(n ast.Node) {
	lines := bytes.Count(f.source[f.offset(n.Pos()):f.offset(n.End())], []byte("\n"))
	f.replace(n.Pos(), n.End(), strings.Repeat("\n", lines), "statement removed")
}

func (f *finder) replace(from, to token.Pos, text, what string) {
	line := f.set.Position(from).Line
	f.found = append(f.found, mutant{f.name, line, f.offset(from), f.offset(to), text, what})
}

func (f *finder) offset(at token.Pos) int { return f.set.Position(at).Offset }

// excerpt is the changed line, with what is replaced in brackets.
func (m mutant) excerpt(source []byte) string {
	from := bytes.LastIndexByte(source[:m.start], '\n') + 1
	to := len(source)
	if i := bytes.IndexByte(source[m.end:], '\n'); i >= 0 {
		to = m.end + i
	}
	text := string(source[from:m.start]) + "⟦" + string(source[m.start:m.end]) + "⟧" + string(source[m.end:to])
	return strings.Join(strings.Fields(text), " ")
}
