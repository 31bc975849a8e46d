/* What the console does besides what htmx does. Everything works without it, only less quickly. */
(() => {
  "use strict";

  /* Times stay true. */
  const length = (seconds) => {
    if (seconds < 60) return Math.floor(seconds) + " s";
    if (seconds < 3600) return Math.floor(seconds / 60) + " min";
    if (seconds < 172800) return Math.floor(seconds / 3600) + " h";
    return Math.floor(seconds / 86400) + " days";
  };
  const clock = (seconds) =>
    seconds >= 3600 ? length(seconds) : Math.floor(seconds / 60) + ":" + String(Math.floor(seconds % 60)).padStart(2, "0");
  const tick = () => {
    const now = Date.now();
    for (const time of document.querySelectorAll("time[datetime]")) {
      const seconds = (now - Date.parse(time.dateTime)) / 1000;
      const left = time.closest("[data-until]");
      if (left) {
        time.textContent = seconds > 0 ? "over" : clock(-seconds) + " left";
        left.classList.toggle("soon", seconds > -60);
      } else {
        time.textContent = seconds < 0 ? "in " + length(-seconds) : length(seconds) + " ago";
      }
    }
  };
  setInterval(tick, 1000);
  tick();
  document.addEventListener("htmx:afterSettle", tick);

  /* What waits stands in the title of every page, of those in other tabs too. */
  document.addEventListener("htmx:oobAfterSwap", () => {
    const count = document.getElementById("waiting");
    const waiting = count && !count.hidden ? parseInt(count.textContent, 10) : 0;
    document.title = (waiting ? "(" + waiting + ") " : "") + document.title.replace(/^\(\d+\) /, "");
  });

  /* Keys. A letter never answers by itself: it goes to the button, and Enter presses it. */
  const typing = (at) => at.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-keys=list] .open")];
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))].focus();
  };
  let wanted = "";
  const answer = (which) => {
    const button = document.querySelector("[data-keys=answer] ." + which);
    if (button && button.disabled) { wanted = which; return; }
    if (button) {
      const reason = document.getElementById("comment");
      (which === "no" && reason && !reason.value.trim() ? reason : button).focus();
      return;
    }
    const at = document.activeElement;
    if (at && at.matches("[data-keys=list] .open")) {
      /* Not in the address: a link from elsewhere must not put anybody's finger on a button. */
      sessionStorage.setItem("answer", which);
      location.href = at.href;
    }
  };

  /* A click or a key that was meant for another window answers nothing in this one: the buttons wait a moment. */
  const buttons = () => document.querySelectorAll("[data-keys=answer] button");
  let waiting = 0;
  const ready = () => {
    for (const button of buttons()) button.disabled = false;
    if (wanted) answer(wanted);
    wanted = "";
  };
  const hold = () => {
    const at = document.activeElement;
    if (at && at.matches("[data-keys=answer] button")) wanted = at.className;
    for (const button of buttons()) button.disabled = true;
    clearTimeout(waiting);
    waiting = setTimeout(ready, 500);
  };
  wanted = sessionStorage.getItem("answer") || "";
  sessionStorage.removeItem("answer");
  hold();
  window.addEventListener("focus", hold);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  /* Whoever signs out here is on the way to the door already. */
  let leaving = false;
  document.addEventListener("submit", (event) => {
    leaving = event.target.matches(".who");
    if (!event.target.matches("[data-keys=answer]")) return;
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "1";
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (typing(event.target)) return;
    const does = { j: () => move(1), k: () => move(-1), a: () => answer("yes"), d: () => answer("no") }[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });

  /* Nobody's half-filled form is replaced, not even by what was asked for before it was begun. */
  const isFilledIn = (part) => {
    const at = document.activeElement;
    return (at && at.closest("form") && part.contains(at)) || part.querySelector(".pop[open]") ||
      [...part.querySelectorAll("textarea")].some((text) => text.value !== text.defaultValue);
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (leaving || isFilledIn(event.target)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    /* What comes late says so itself if it cannot come. */
    if (event.detail.target.matches(".later")) event.detail.shouldSwap = true;
    if (isFilledIn(event.detail.target)) event.detail.shouldSwap = false;
  });

  /* What is fetched anew keeps the place of whoever reads it. */
  let place = null;
  document.addEventListener("htmx:beforeSwap", () => {
    const at = document.activeElement;
    place = at && at.matches(".open") ? at.getAttribute("href") : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (place) rows().find((row) => row.getAttribute("href") === place)?.focus();
    place = null;
  });

  /* A recording in its own time. */
  const player = document.getElementById("player");
  if (player) {
    const part = (id) => document.getElementById(id);
    const scenes = () => [...document.querySelectorAll("#scenes .scene")];
    const seek = part("seek");
    const play = part("play");
    const shown = (at) => "" + Math.floor(at / 60000) + ":" + String(Math.floor(at / 1000) % 60).padStart(2, "0");
    let now = Number(seek.max);
    let timer = 0;
    const show = (at) => {
      now = at;
      seek.value = at;
      part("clock").textContent = shown(at) + " of " + shown(Number(seek.max));
      let last = null;
      for (const scene of scenes()) {
        scene.hidden = Number(scene.dataset.at) > at;
        if (!scene.hidden) last = scene;
      }
      return last;
    };
    const next = () => scenes().find((scene) => scene.hidden);
    const isComing = () => document.querySelector("#scenes [data-rest]");
    const end = () => Math.max(Number(seek.max), ...scenes().slice(-1).map((scene) => Number(scene.dataset.at)));
    const stop = () => {
      clearTimeout(timer);
      timer = 0;
      play.textContent = "Play";
      play.setAttribute("aria-pressed", "false");
    };
    const step = () => {
      const scene = next();
      if (!scene) return stop();
      show(Number(scene.dataset.at))?.scrollIntoView({ block: "nearest" });
    };
    const run = () => {
      const scene = next();
      if (!scene && isComing()) { timer = setTimeout(run, 200); return; }
      if (!scene) return stop();
      let pause = Number(scene.dataset.at) - now;
      if (part("idle").checked) pause = Math.min(pause, 2000);
      timer = setTimeout(() => { step(); if (timer) run(); }, pause / Number(part("speed").value));
    };
    play.addEventListener("click", () => {
      if (timer) return stop();
      if (!next()) show(-1);
      play.textContent = "Pause";
      play.setAttribute("aria-pressed", "true");
      timer = 1;
      run();
    });
    part("step").addEventListener("click", () => { stop(); if (!next()) show(-1); step(); });
    part("all").addEventListener("click", () => { stop(); show(Number(seek.max)); });
    seek.addEventListener("input", () => { stop(); show(Number(seek.value)); });
    player.hidden = false;
    const linked = /^#at=(\d{1,12})$/.exec(location.hash);
    const last = show(linked ? Math.min(Number(linked[1]), Number(seek.max)) : now);
    if (linked) last?.scrollIntoView({ block: "center" });
    /* What comes after the page is where the player is, and a session that goes on grows longer. */
    document.addEventListener("htmx:afterSettle", () => {
      const atEnd = now >= Number(seek.max);
      seek.max = end();
      show(atEnd ? Number(seek.max) : now);
    });
  }

  /* The link to what is looked at; of a recording, to the moment that is looked at. */
  const linkTo = () => {
    const seek = document.getElementById("seek");
    const at = seek && Number(seek.value) < Number(seek.max) ? "#at=" + seek.value : "";
    return location.href.replace(/#.*$/, "") + at;
  };
  for (const button of document.querySelectorAll("[data-copy-link]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(linkTo()).then(() => { button.textContent = "Copied"; }));
  }
})();
