package control

import _ "embed"

//go:embed openapi.yaml
var description []byte

func (a *api) openAPI(*call) (any, error) {
	return file{kind: "application/yaml", content: description}, nil
}
