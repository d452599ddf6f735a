package notify

import "strings"

// isUUID accepts the canonical form only, 36 characters in upper or lower case.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}

// checkID refuses what is not a UUID before it becomes part of a path: another string could lead the request to another
// route than the one that was meant.
func checkID(what, id string) error {
	switch {
	case id == "":
		return refuse(nil, "the "+what+" id is empty")
	case !isUUID(id):
		return refuse(nil, "the "+what+" id is not a UUID such as 740e5834-3a29-46b4-9a6f-16142fde533a")
	}
	return nil
}

func lacksID(id string) string {
	if !isUUID(id) {
		return "an id"
	}
	return ""
}

func lacksAskedID(id, want string) string {
	if !strings.EqualFold(id, want) {
		return "the id that was asked for"
	}
	return ""
}
