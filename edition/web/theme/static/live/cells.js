/* The cells of a chapter, editable, and run by a kernel: on Binder, or on the reader's own server. live.js loads this on a click. */
const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("live.css", document.currentScript.src);
document.head.append(sheet);

window.edition.goLive = (chapter, cells, launch) => {
  const {element, show, thebeCore} = window.edition;
  const PHASES = {fetching: "fetches the repository", building: "builds what the code needs", pushing: "stores what it has built", launching: "starts a server"};
  const LOST = /^Lost connection/; // what thebe-core says then
  const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
  let connection = null; // the promise of a session with a kernel
  let queue = Promise.resolve(); // runs follow one another
  let wish = []; // what the reader last wanted to run
  let own = null; // the settings of the reader's own server

  // --- the bar at the foot of the window ---

  const bar = element("section", "live-bar");
  bar.setAttribute("aria-label", "Live code");
  const status = bar.appendChild(element("p"));
  status.setAttribute("role", "status"); // which a screen reader reads out, politely
  const actions = bar.appendChild(element("div", "live-actions"));
  const button = (name, text, action) => actions.appendChild(element("button", `chart-explore live-${name}`, text)).onclick = action;
  button("again", "Try again", () => run(...wish));
  button("all", "Run all", () => run(cells, true));
  button("restart", "Restart", restart);
  button("close", "Close", close);
  const server = bar.appendChild(element("details"));
  server.innerHTML = `<summary>Use my own Jupyter server</summary><form>
    <p>In a copy of the repository: <code>pip install -r .binder/requirements.txt -e .</code>, then <code>jupyter server --ServerApp.allow_origin=${window.origin}</code></p>
    <label>Address <input name="address" type="url" required value="http://localhost:8888/"></label>
    <label>Token <input name="token" type="password" required autocomplete="off"></label> <button class="chart-explore">Connect</button></form>`;
  server.querySelector("form").onsubmit = (event) => {
    event.preventDefault();
    const {address, token} = event.target.elements;
    own = {baseUrl: address.value, token: token.value, appendToken: true};
    forget();
    run(...wish);
  };

  function say(text, state = bar.dataset.state) {
    status.textContent = text;
    bar.dataset.state = state;
  }

  // --- the kernel ---

  async function connect() {
    await null; // until the promise of this call is `connection`
    const mine = connection;
    const tell = (text, state) => mine === connection && say(text, state);
    const lose = (why) => {
      if (mine !== connection) return;
      forget();
      say(why, "failed");
    };
    tell(own ? "Connecting to your server…" : "Starting Binder. The first start can take some minutes; you can go on reading.", "starting");
    const server = await reach(tell);
    if (mine !== connection) return null;
    tell("Starting Python…");
    const path = `${launch.path}.live`;
    await server.sessionManager.stopIfNeeded(path); // a page that is loaded again begins anew
    const session = await server.sessionManager.startNew({name: "live code", path, type: "notebook", kernel: {name: "python3"}});
    session.kernel.connectionStatusChanged.connect((_, now) => {
      if (now === "disconnected") lose("The connection to the server is lost. Binder ends a server that nobody has used for some minutes.");
    });
    session.statusChanged.connect((_, now) => {
      if (now === "autorestarting" || now === "dead") lose("Python has ended unexpectedly. Perhaps the code needed too much memory.");
    });
    await prepare(session);
    return session;
  }

  async function reach(tell) {
    let heard = false;
    const config = new thebeCore.Config({
      binderOptions: {binderUrl: launch.binder, repoProvider: launch.provider, repo: launch.repo, ref: launch.ref},
      savedSessionOptions: {enabled: localStorage instanceof Storage, storagePrefix: "edition-live"}, // so that the next chapter takes the same server
      serverSettings: own ?? undefined,
    });
    config.events.on("status", (_, {message}) => {
      const phase = message.match(/^Binder is: (\w+)/)?.[1];
      heard ||= Boolean(phase);
      if (phase in PHASES) tell(`Binder ${PHASES[phase]}. This can take some minutes; you can go on reading.`);
    });
    for (let tries = 3; ; tries -= 1) {
      const server = new thebeCore.ThebeServer(config);
      server.ready.catch(() => {}); // awaited below
      try {
        await (own ? server.connectToJupyterServer() : server.connectToServerViaBinder());
        return await server.ready;
      } catch (error) {
        // a build outlives many a connection: Binder goes on with it, and tells of it again
        if (!(heard && tries && LOST.test(error))) throw error;
        await pause(3);
      }
    }
  }

  async function prepare(session) {
    const narrow = matchMedia("(max-width: 51.99rem)").matches ? "True" : "False";
    const reply = await execute(session, `import altair, edition.charts.theme\naltair.renderers.enable("live", narrow=${narrow})`);
    if (reply.status !== "ok") throw new Error(`the server lacks what the cells need: ${reply.ename}: ${reply.evalue}`);
  }

  async function execute(session, code, place) {
    const future = session.kernel.requestExecute({code, allow_stdin: false});
    const shown = [];
    if (place) future.onIOPub = (message) => shown.push(show(message, place));
    const {content} = await future.done;
    await Promise.all(shown);
    return content;
  }

  function forget() {
    connection = null;
    queue = Promise.resolve();
    for (const cell of cells) cell.ran = null;
  }

  function explain(error) {
    const reason = error?.message ?? String(error);
    if (LOST.test(reason)) return "Binder could not be reached, or it refused. Try again later; the drawings stay as they are.";
    // a refusal comes without leave to read it, so that the page cannot tell it from silence
    if (/^Server not reachable/.test(reason)) return `No server lets this page in at ${own.baseUrl}. Look at the address and the token, and whether it was started as shown here.`;
    return `${own ? "Your server" : "Binder"} could not start the code: ${reason}`;
  }

  // --- the cells ---

  // Runs the last of `wanted`, and before it those from the first that has not run as it now stands; or `all` of them.
  function run(wanted, all = false) {
    wish = [wanted, all];
    return queue = queue.then(async () => {
      const mine = connection ??= connect();
      const over = () => mine !== connection; // lost or restarted meanwhile: another run tells of it
      try {
        const session = await mine;
        const changed = wanted.findIndex((cell) => cell.ran !== cell.editor.value);
        const first = all ? 0 : changed < 0 ? wanted.length - 1 : changed; // what comes after a changed cell may rest on it
        for (const [number, cell] of wanted.entries()) {
          if (over()) return;
          if (number < first) continue;
          say(`Running cell ${number + 1} of ${cells.length}…`, "running");
          const failed = await runCell(session, cell);
          if (failed) return say(`Cell ${number + 1} ended with an error: ${failed}. It is shown above the code.`, "ready");
        }
        if (!over()) say("Ready. Change the code of a cell and run it.", "ready");
      } catch (error) {
        if (over()) return;
        forget();
        console.warn("live code:", error);
        say(explain(error), "failed");
      }
    });
  }

  async function runCell(session, cell) {
    const place = element("div");
    const code = cell.editor.value;
    const reply = await execute(session, code, place);
    const failed = reply.status !== "ok";
    cell.ran = failed ? null : code;
    if (failed && !place.querySelector(".live-error")) place.append(element("pre", "live-error", `${reply.ename}: ${reply.evalue}`));
    if (cell.printed) {
      cell.printed.hidden = !failed; // the drawing of the book stays until there is another
      if (!place.querySelector("figure, img, pre, .output")) place.append(element("p", "chart-source", "As it stands, this cell shows nothing."));
    }
    cell.output.replaceChildren(...place.childNodes);
    return failed && reply.ename;
  }

  async function restart() {
    const session = await connection;
    forget();
    say("Restarting Python…", "starting");
    connection = session.kernel.restart().then(() => prepare(session)).then(() => session);
    for (const cell of cells) reset(cell);
    run([]);
  }

  function reset(cell) {
    cell.output.replaceChildren();
    if (cell.printed) cell.printed.hidden = false;
  }

  function enliven(cell, number) {
    const input = cell.code.querySelector("pre").closest(".cell_input") ?? cell.code;
    const written = input.querySelector("pre").textContent.trimEnd();
    const editor = cell.editor = element("textarea", "live-editor");
    Object.assign(editor, {value: written, spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off"});
    editor.setAttribute("aria-label", `Code of cell ${number + 1}`);
    editor.title = "Shift and Enter run the cell";
    const undo = element("button", "chart-explore live-undo", "Undo the changes");
    const changed = () => {
      editor.rows = editor.value.split("\n").length;
      undo.hidden = editor.value === written;
    };
    editor.oninput = changed;
    editor.onkeydown = (event) => {
      if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      cell.run.click();
    };
    undo.onclick = () => {
      editor.value = written;
      changed();
      cell.run.focus();
    };
    changed();
    input.hidden = true;
    input.after(editor);
    cell.run.after(undo);
    cell.run.textContent = "Run";
    cell.run.onclick = async () => {
      if (!connection) cell.code.open = true;
      const soon = bar.dataset.state === "ready"; // else the reader may be elsewhere by then
      await run(cells.slice(0, number + 1));
      if (soon) cell.output.scrollIntoView({block: "nearest"});
    };
    cell.printed = cell.cell.querySelector(".cell_output");
    cell.output = element("div", "cell_output live-output");
    cell.printed ? cell.printed.after(cell.output) : cell.place.before(cell.output);
  }

  async function close() {
    const ended = connection?.then((session) => session.shutdown()).catch(() => {});
    await Promise.race([ended, pause(1)]);
    location.reload(); // the page as it was printed; and nothing asks the server any more
  }

  cells.forEach(enliven);
  chapter.onclick = () => run(cells, true);
  document.body.append(bar);
  document.body.classList.add("live");
};
