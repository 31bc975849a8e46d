"use strict";
(() => {
  const lines = Array.from(document.querySelectorAll("#lines > li"));
  const at = (i) => Number(lines[i].dataset.at);
  const byId = (id) => document.getElementById(id);
  const longestPause = 2000;
  let next = lines.length;
  let timer = 0;

  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    byId("play").textContent = "Play";
  };
  const show = () => {
    lines[next].hidden = false;
    lines[next].scrollIntoView({ block: "nearest" });
    byId("clock").textContent = (at(next) / 1000).toFixed(1) + " s";
    next += 1;
  };
  const rewind = () => {
    lines.forEach((line) => { line.hidden = true; });
    next = 0;
  };
  const schedule = () => {
    if (next >= lines.length) { stop(); return; }
    let pause = next === 0 ? 0 : at(next) - at(next - 1);
    if (byId("idle").checked) pause = Math.min(pause, longestPause);
    timer = setTimeout(() => { show(); schedule(); }, pause / Number(byId("speed").value));
  };

  byId("player").hidden = false;
  byId("play").addEventListener("click", () => {
    if (timer) { stop(); return; }
    if (next >= lines.length) rewind();
    byId("play").textContent = "Pause";
    schedule();
  });
  byId("step").addEventListener("click", () => {
    stop();
    if (next >= lines.length) rewind();
    if (lines.length > 0) show();
  });
  byId("all").addEventListener("click", () => {
    stop();
    lines.forEach((line) => { line.hidden = false; });
    next = lines.length;
  });
})();
