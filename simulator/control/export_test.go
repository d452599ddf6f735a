package control

// Routes returns the method and the path of every route.
func Routes() (all [][2]string) {
	for _, r := range table {
		all = append(all, [2]string{r.method, root + r.path})
	}
	return all
}
