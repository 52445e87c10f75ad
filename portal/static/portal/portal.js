// Progressive enhancement: every page works without this file.
// No eval, no HTML sink (Trusted Types), no inline handler, nothing kept in the browser.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

// Error summary: it is read out first, and its links put the cursor into the field itself.
function errorSummary(summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

// The phone offers the code that just came. It is filled in, never sent off by itself.
function codeFromMessage(input) {
  if (!("OTPCredential" in window)) return;
  const waiting = new AbortController();
  input.form.addEventListener("submit", () => waiting.abort());
  navigator.credentials
    .get({ otp: { transport: ["sms"] }, signal: waiting.signal })
    .then((message) => {
      if (message && !input.value) input.value = message.code;
    })
    .catch(() => {}); // refused, aborted or timed out: the person types the code
}

// One press, one request. The server refuses the second one too; this spares the wait.
function singleSubmit() {
  const SECONDS = 8;
  const release = (form) => {
    delete form.dataset.sent;
    all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), SECONDS * 1000);
  });
  // Back from the next page: the browser restores this one as it was left.
  addEventListener("pageshow", (event) => event.persisted && all("form").forEach(release));
}

// data-expires: when, in seconds since 1970; data-phases: [{"at": seconds left, "text": …}],
// shortest first. The words change only at a phase, so a screen reader is not talked over.
function countdown(element) {
  const end = Number(element.dataset.expires) * 1000;
  const phases = JSON.parse(element.dataset.phases);
  let shown = null;
  const tick = () => {
    const left = Math.max(0, (end - Date.now()) / 1000);
    const phase = phases.find(({ at }) => left <= at);
    if (phase && phase !== shown) element.textContent = phase.text;
    shown = phase ?? shown;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
}

// data-progress: the address of progress.json; data-state, data-step, data-slow: what the page
// shows now; data-poll: milliseconds until the first question. Steps (.steps) and the words of
// what goes on (data-live) change in place; when the page has something else to show, it is
// loaded again. While the server cannot be reached the wait grows; a hidden page does not ask.
function progress(section) {
  const LONGEST = 15_000;
  const words = one(".steps", section)?.dataset;
  const steps = all(".steps li", section);
  const live = one("[data-live]");
  const shown = { ...section.dataset };
  let wait = Number(shown.poll);
  let timer;

  const show = (news) => {
    steps.forEach((item, index) => {
      item.className = index < news.step ? "done" : index === news.step ? "now" : "todo";
      item.removeAttribute("aria-current");
      if (index === news.step) item.setAttribute("aria-current", "step");
      one("[data-word]", item).textContent = words[item.className];
    });
    if (live && live.textContent !== news.message) live.textContent = news.message;
  };
  const ask = async () => {
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(section.dataset.progress, { headers, cache: "no-store" });
      if (answer.redirected) return location.replace(location.href); // logged out meanwhile
      if (!answer.ok) throw new Error(String(answer.status));
      const news = await answer.json();
      const changed = (name) => String(news[name]) !== shown[name];
      if (!news.next_poll_ms || changed("slow")) return location.replace(location.href);
      const said = live?.textContent;
      if (changed("state") || changed("step") || said !== news.message) show(news);
      for (const name of ["state", "step"]) shown[name] = String(news[name]);
      wait = news.next_poll_ms;
    } catch {
      wait = Math.min(wait * 1.5, LONGEST); // offline for a moment: the page stays as it is
    }
    next(wait);
  };
  const next = (delay) => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, delay);
  };
  document.addEventListener("visibilitychange", () => next(500));
  next(wait);
}

// data-reload: seconds until the page looks again; where it may take so few that steps would
// only flicker.
function reload(element) {
  setTimeout(() => location.replace(location.href), Number(element.dataset.reload) * 1000);
}

// data-figures: the address of JSON that holds every [data-figure] and [data-tone] of the section
// by its name; data-shape: what the page was drawn from. When that changes the person is told
// ([data-changed]) and not interrupted. A hidden page does not ask.
function figures(section) {
  const EVERY = 5_000;
  const ask = async () => {
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(section.dataset.figures, { headers, cache: "no-store" });
      if (answer.redirected) return location.replace(location.href); // logged out meanwhile
      if (!answer.ok) throw new Error(String(answer.status));
      const news = await answer.json();
      all("[data-figure]", section).forEach((item) => {
        const text = news.figures[item.dataset.figure];
        if (text !== undefined && item.textContent !== text) item.textContent = text;
      });
      all("[data-tone]", section).forEach((item) => {
        item.className = `tag tag--${news.tones[item.dataset.tone]}`;
      });
      one("[data-changed]", section).hidden = news.shape === section.dataset.shape;
    } catch {
      // Offline for a moment: the time that the page shows says how old its figures are.
    }
    setTimeout(next, EVERY);
  };
  const next = () => (document.hidden ? setTimeout(next, EVERY) : ask());
  setTimeout(next, EVERY);
}

// data-code: the address of JSON about the messages of a code, in the words of the page. Rows of
// messages ([data-messages]) are drawn anew when one changed; of the ways to go on ([data-offer])
// the one that is offered shows; with trouble at the operators (down) all of them. The field is
// left alone.
function codeOnItsWay(section) {
  const LONGEST = 15_000;
  const list = one("[data-messages]", section);
  let wait = 3_000;
  let shown = "";

  const made = (name, text, className = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const row = ({ title, text, steps, tag, tone }) => {
    const [item, line, words] = [made("li", ""), made("span", "", "row"), made("span", "")];
    words.append(made("strong", title), made("small", text), made("small", steps, "times"));
    line.append(words);
    if (tag) line.append(" ", made("span", tag, `tag tag--${tone}`));
    item.append(line);
    return item;
  };
  const show = (news) => {
    list.replaceChildren(...news.messages.map(row));
    all("[data-offer]", section).forEach((way) => (way.hidden = way.dataset.offer !== news.offer));
    if (news.down) one("[data-down]", section).open = true;
  };
  const ask = async () => {
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(section.dataset.code, { headers, cache: "no-store" });
      if (!answer.ok) return; // entered in another window
      const text = await answer.text();
      const news = JSON.parse(text);
      if (text !== shown) show(news);
      shown = text;
      if (!news.next_poll_ms) return;
      wait = news.next_poll_ms;
    } catch {
      wait = Math.min(wait * 1.5, LONGEST); // offline for a moment: the page stays as it is
    }
    next();
  };
  const next = () => setTimeout(document.hidden ? next : ask, wait);
  next();
}

// data-idle: seconds without a request after which the session ends; data-stay: what to ask for
// instead. Warns in time to go on; when it is too late the page says so by being loaded again. What
// is done in one tab keeps the session of all: they tell one another.
function idleWarning(section) {
  const tabs = new BroadcastChannel("seen");
  const total = Number(section.dataset.idle);
  const WARN = Math.min(120, total / 2); // seconds before: WCAG 2.2.1 asks for 20 at least
  let warning, end;
  const restart = () => {
    clearTimeout(warning);
    clearTimeout(end);
    section.hidden = true;
    warning = setTimeout(() => (section.hidden = false), (total - WARN) * 1000);
    end = setTimeout(() => location.replace(location.href), (total + 5) * 1000);
  };
  one("button", section).addEventListener("click", async () => {
    const answer = await fetch(section.dataset.stay, { method: "HEAD", cache: "no-store" });
    if (!answer.ok || answer.redirected) return location.replace(location.href); // over meanwhile
    tabs.postMessage("");
    restart();
  });
  tabs.addEventListener("message", restart);
  tabs.postMessage("");
  restart();
}

// data-fold: parts of a long page, sent open. A small screen gets a list of their titles, to open
// one by one or all at once (data-unfold); paper gets everything.
function foldable(parts) {
  const everything = one("[data-unfold]");
  if (!everything || matchMedia("(min-width: 40em)").matches) return;
  const set = (open) => parts.forEach((part) => (part.open = open));
  let before = [];
  set(false);
  everything.hidden = false;
  one("button", everything).addEventListener("click", () => {
    set(true);
    everything.hidden = true;
  });
  addEventListener("beforeprint", () => {
    before = parts.map((part) => part.open);
    set(true);
  });
  addEventListener("afterprint", () => parts.forEach((part, n) => (part.open = before[n])));
}

// data-keys: where letters are shortcuts (WCAG 2.1.4: the page can turn them off). j and k go from
// row to row ([data-row]), arrows too from one row on; any other letter presses what names it
// (data-key).
function shortcuts(section) {
  const WAYS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  const rows = all("[data-row]", section);
  const step = (way) => {
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + way));
    rows[next].focus();
  };
  document.addEventListener("keydown", (event) => {
    const onRow = rows.includes(event.target);
    const elsewhere = event.target.closest("input, select, textarea, [role=group]");
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!onRow && (elsewhere || event.key.startsWith("Arrow"))) return;
    const named = one(`[data-key="${CSS.escape(event.key)}"]`, section);
    if (event.key in WAYS && rows.length) step(WAYS[event.key]);
    else if (named?.matches("details")) {
      named.open = !named.open;
      one("summary", named).focus();
    } else if (named) named.click();
    else return;
    event.preventDefault();
  });
}

// A passkey's bytes travel as base64url.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) =>
    sign.charCodeAt(0),
  );
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const SIGNED = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

// What the server wants signed (JSON) as the browser takes it, and the browser's answer as JSON.
function toAsk(options) {
  const described = (list = []) => list.map((one) => ({ ...one, id: toBytes(one.id) }));
  const ask = { ...options, challenge: toBytes(options.challenge) };
  if (!options.user) return { ...ask, allowCredentials: described(options.allowCredentials) };
  ask.user = { ...options.user, id: toBytes(options.user.id) };
  return { ...ask, excludeCredentials: described(options.excludeCredentials) };
}
function toAnswer({ id, rawId, type, response }) {
  const parts = SIGNED.filter((name) => response[name]).map((n) => [n, toText(response[n])]);
  const transports = response.getTransports?.() ?? [];
  const told = { ...Object.fromEntries(parts), transports };
  return JSON.stringify({ id, rawId: toText(rawId), type, response: told });
}

// data-passkey: the address that says what to sign; data-origin: where passkeys work. Shown where
// this browser knows them, else [data-passkey-without] is. The answer goes back as an ordinary
// form. One question at a time: it is withdrawn when the button is pressed again, when another form
// is sent, and when the page goes.
function passkey(form) {
  const without = all("[data-passkey-without]");
  const able = window.PublicKeyCredential && location.origin === form.dataset.origin;
  form.classList.remove("passkey--coming");
  form.hidden = !able;
  without.forEach((instead) => (instead.hidden = able));
  if (!able) return;
  const words = form.dataset;
  const why = { NotAllowedError: words.denied, InvalidStateError: words.known, AbortError: "" };
  let waiting = new AbortController();
  const say = (text) => (one("[data-says]", form).textContent = text);
  const sign = async (signal) => {
    const [body, headers] = [new FormData(form), { Accept: "application/json" }];
    const answer = await fetch(words.passkey, { method: "POST", body, headers, signal });
    const news = await answer.json();
    if (!answer.ok) return say(news.refused);
    say(words.waiting);
    const [publicKey, container] = [toAsk(news), navigator.credentials];
    const made = news.user
      ? await container.create({ publicKey, signal })
      : await container.get({ publicKey, signal });
    form.elements.credential.value = toAnswer(made);
    form.submit();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation(); // this is no request yet, so it blocks no second one
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    say("");
    sign(signal).catch((error) => signal.aborted || say(why[error.name] ?? words.failed));
  });
  document.addEventListener("submit", () => waiting.abort());
  addEventListener("pagehide", () => waiting.abort());
}

all("[data-passkey]").forEach(passkey);
all("[data-error-summary]").forEach(errorSummary);
all("[data-otp]").forEach(codeFromMessage);
all("[data-expires]").forEach(countdown);
all("[data-progress]").forEach(progress);
all("[data-reload]").forEach(reload);
all("[data-figures]").forEach(figures);
all("[data-code]").forEach(codeOnItsWay);
all("[data-idle]").forEach(idleWarning);
all("[data-keys]").forEach(shortcuts);
foldable(all("[data-fold]"));
singleSubmit();
