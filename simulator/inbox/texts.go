package inbox

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// texts are the page of texts that people sent to services.
type texts struct {
	Services []*simulator.Service // that receive texts
	Received []receivedText
	Paging   paging
	From     string
	Content  string
}

type receivedText struct {
	Service *simulator.Service
	simulator.ReceivedText
	Callbacks []simulator.CallbackAttempt
}

func (b *inbox) listTexts(w http.ResponseWriter, r *http.Request) {
	b.textsPage(w, r, http.StatusOK, "")
}

func (b *inbox) textsPage(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	p := texts{From: r.PostFormValue("from"), Content: r.PostFormValue("content")}
	for _, svc := range b.sim.Services() {
		if svc.ReceivedTextNumber() != "" {
			p.Services = append(p.Services, svc)
		}
		for _, t := range svc.ReceivedTexts() {
			p.Received = append(p.Received, receivedText{Service: svc, ReceivedText: t})
		}
	}
	slices.SortStableFunc(p.Received, func(a, b receivedText) int { return b.At.Compare(a.At) })
	page := pageNumber(r)
	p.Paging = newPaging(r, page, len(p.Received))
	first := min((page-1)*perPage, len(p.Received))
	p.Received = p.Received[first:min(first+perPage, len(p.Received))]
	for i, t := range p.Received {
		for _, a := range t.Service.Callbacks() {
			if a.ID == t.ID {
				p.Received[i].Callbacks = append(p.Received[i].Callbacks, a)
			}
		}
	}
	show(w, status, "texts", view{Title: "Received texts", Tab: "texts", Done: done(r), Wrong: wrong, Main: p})
}

func (b *inbox) receiveText(w http.ResponseWriter, r *http.Request) {
	if err := b.takeText(r); err != nil {
		b.textsPage(w, r, http.StatusUnprocessableEntity, reason(err))
		return
	}
	back(w, r, Path+"/texts", "text")
}

func (b *inbox) takeText(r *http.Request) error {
	svc := b.sim.Service(r.PostFormValue("service"))
	if svc == nil {
		return errors.New("choose one of the services in the list")
	}
	from := strings.TrimSpace(r.PostFormValue("from"))
	if from == "" {
		return errors.New("say which number the text comes from")
	}
	_, err := svc.ReceiveText(from, r.PostFormValue("content"))
	return err
}
