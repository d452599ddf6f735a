// Every page works without this script. With it, lists follow what happens, previews follow what is typed, and there are
// buttons to copy with.
"use strict";
(() => {
  const announce = (text) => { document.getElementById("announcement").textContent = text; };

  // Whoever types, or has the focus in a part that is replaced, finds it where it was.
  const shown = new WeakMap(); // what came from the server, without the buttons that are added here
  const replace = (part, fresh) => {
    if (!fresh || shown.get(part) === fresh.innerHTML) return false;
    shown.set(part, fresh.innerHTML);
    const focus = part.contains(document.activeElement) && document.activeElement.id;
    const open = [...part.querySelectorAll("details")].map((d) => d.open);
    const chosen = [...part.querySelectorAll("input[type=radio]:checked")].map((r) => r.id);
    part.replaceChildren(...fresh.childNodes);
    [...part.querySelectorAll("details")].forEach((d, i) => { d.open = open[i] === true; });
    for (const id of chosen) if (document.getElementById(id)) document.getElementById(id).checked = true;
    Object.assign(part.dataset, fresh.dataset);
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus();
    offerCopies(part);
    return true;
  };

  const fetchPart = async (address, id) => {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
  };

  function offerCopies(within) {
    for (const of of within.querySelectorAll(".copy")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copier";
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy " + (of.getAttribute("aria-label") || of.textContent.slice(0, 40)));
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(of.textContent.replace(/\n$/, ""));
          announce("Copied");
          button.textContent = "Copied";
        } catch {
          const range = document.createRange();
          range.selectNodeContents(of);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          announce("Selected: copy it with the keyboard");
        }
      });
      const place = of.closest("a") || of;
      place.after(button);
    }
  }

  for (const part of document.querySelectorAll("#live, #preview")) shown.set(part, part.innerHTML);
  const live = document.getElementById("live");
  const address = document.getElementById("main").dataset.live;
  if (live && address && window.EventSource) {
    let busy = false, again = false;
    const refresh = async () => {
      if (busy) { again = true; return; }
      busy = true;
      try {
        const before = Number(live.dataset.total);
        const fresh = await fetchPart(location.href, "live");
        const more = fresh ? Number(fresh.dataset.total) - before : 0;
        if (replace(live, fresh) && more > 0) {
          // With the total, the same news twice is not the same text: a screen reader would keep quiet about that.
          const what = more === 1 ? live.dataset.one : live.dataset.many;
          announce(`${more} new ${what}, ${live.dataset.total} in all`);
        }
      } catch { /* the simulator has stopped: the browser connects again by itself */ }
      busy = false;
      if (again) { again = false; refresh(); }
    };
    const connect = () => {
      const source = new EventSource(address);
      source.addEventListener("change", refresh);
      addEventListener("pagehide", () => source.close(), { once: true });
    };
    connect();
    addEventListener("pageshow", (e) => { if (e.persisted) connect(); });
  }

  const values = document.querySelector("form[data-preview]");
  if (values) {
    let timer = 0, asked = 0;
    values.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const mine = ++asked;
        const to = values.action + "?" + new URLSearchParams(new FormData(values));
        try {
          const fresh = await fetchPart(to, "preview");
          if (mine === asked) replace(document.getElementById("preview"), fresh);
        } catch { /* the button still works once the simulator does */ }
      }, 250);
    });
  }

  offerCopies(document);
})();
