/* A prebuilt extension of JupyterLab 4 and Notebook 7: PowerShell's colours in code cells whose first line is %%lync, and
 * a plain line where a form or panel of ours stood, in a notebook that is opened again.
 *
 * This file is the source, and what is shipped, byte for byte: it is a module-federation container written by hand, so
 * that nothing has to be built and no Node is needed. It brings no library; what it needs of JupyterLab it takes from the
 * modules that the application shares.
 *
 * How: the mode of a cell's editor follows its model's MIME type. That of a cell that begins with %%lync is PowerShell's,
 * that of every other one is what its kernel says. A widget whose kernel is gone is drawn as an error by its renderer;
 * where the output holds a line of ours, that is shown in its place, as text. Nothing of it is saved.
 *
 * Rule: a keystroke costs one look at the cell's first characters.
 */
(() => {
  const POWERSHELL = "application/x-powershell";
  const MAGIC = /^\s*%%lync(?=\s|$)/;
  const LONGEST_HEAD = 80;
  const WIDGET = "application/vnd.jupyter.widget-view+json";
  const OURS = /class="lync-/;
  const GONE = /^\s*Error displaying widget/;
  const WAITS = /^\s*Loading widget/;
  /** When a cell's outputs are looked at, in milliseconds: widgets come back once the kernel has answered, or never. */
  const LOOKS = [500, 2000, 5000, 15000];
  let shared = {};

  /** A module of the application's own, by name. */
  async function moduleOf(name) {
    const versions = Object.values(shared[name] || {});
    const loaded = versions.find(version => version.loaded) || versions[0];
    return (await loaded.get())();
  }

  /** Keep the MIME type of one code cell as its first line says. usual: gives what the notebook's cells have else.
   *
   * loaded: waits until these modes are there. An editor that waits for two of them would show the one that comes last.
   */
  function watchCell(model, usual, loaded) {
    const follow = async () => {
      await loaded(model.mimeType, POWERSHELL);
      const isOurs = MAGIC.test(model.sharedModel.source.slice(0, LONGEST_HEAD));
      if (isOurs && model.mimeType !== POWERSHELL) {
        model.mimeType = POWERSHELL;
      } else if (!isOurs && model.mimeType === POWERSHELL && usual() !== POWERSHELL) {
        model.mimeType = usual();
      }
    };
    model.sharedModel.changed.connect(follow);
    model.mimeTypeChanged.connect(follow);
    follow();
  }

  /** Watch the cells of a notebook that is open, and those that are added to it. */
  function watchNotebook(panel, loaded) {
    const watched = new WeakSet();
    const usual = () => panel.content.codeMimetype;
    const watchAll = () => {
      for (const model of panel.content.model?.cells ?? []) {
        if (model.type === "code" && !watched.has(model)) {
          watched.add(model);
          watchCell(model, usual, loaded);
        }
      }
    };
    const watchModel = () => {
      panel.content.model?.cells.changed.connect(watchAll);
      watchAll();
    };
    panel.content.modelChanged.connect(watchModel);
    panel.context.ready.then(watchModel);
  }

  /** Show the lines of our forms in the place of widgets that are not there. last: it will not be looked at again. */
  function showLines(area, last) {
    for (let place = 0; place < area.model.length && place < area.widgets.length; place += 1) {
      const { data } = area.model.get(place);
      const node = area.widgets[place].node.querySelector(".jp-OutputArea-output");
      if (!node || !(WIDGET in data) || !OURS.test(String(data["text/html"] ?? ""))) {
        continue;
      }
      if (GONE.test(node.textContent) || (last && WAITS.test(node.textContent))) {
        node.textContent = String(data["text/plain"] ?? "");
        node.classList.add("jp-RenderedText");
      }
    }
  }

  /** Look after the outputs of a notebook's cells when it is opened, when they change, and when its kernel does. */
  function watchOutputs(panel) {
    const watched = new WeakSet();
    const look = area => {
      for (const [place, wait] of LOOKS.entries()) {
        setTimeout(() => area.isDisposed || showLines(area, place === LOOKS.length - 1), wait);
      }
    };
    const lookAtAll = () => {
      for (const { outputArea } of panel.content.widgets) {
        if (!outputArea) {
          continue;
        }
        if (!watched.has(outputArea)) {
          watched.add(outputArea);
          outputArea.model.changed.connect(() => look(outputArea));
        }
        look(outputArea);
      }
    };
    panel.context.ready.then(() => {
      panel.content.model?.cells.changed.connect(() => setTimeout(lookAtAll));
      panel.sessionContext.kernelChanged.connect(lookAtAll);
      lookAtAll();
    });
  }

  async function plugins() {
    const { INotebookTracker } = await moduleOf("@jupyterlab/notebook");
    const { IEditorLanguageRegistry } = await moduleOf("@jupyterlab/codemirror");
    const eachNotebook = (tracker, watch) => {
      tracker.forEach(watch);
      tracker.widgetAdded.connect((_tracker, panel) => watch(panel));
    };
    return [
      {
        id: "lync-magic:powershell-cells",
        description: "Shows the PowerShell of %%lync cells in PowerShell's colours.",
        autoStart: true,
        requires: [INotebookTracker, IEditorLanguageRegistry],
        activate: (_application, tracker, languages) => {
          const loaded = (...mimeTypes) => Promise.all(mimeTypes.map(one => languages.getLanguage(one)));
          eachNotebook(tracker, panel => watchNotebook(panel, loaded));
        }
      },
      {
        id: "lync-magic:lines-of-forms",
        description: "Shows a line where a form of lync_magic stood, in a notebook that is opened again.",
        autoStart: true,
        requires: [INotebookTracker],
        activate: (_application, tracker) => eachNotebook(tracker, watchOutputs)
      }
    ];
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["lync-magic"] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const found = await plugins();
      return () => ({ __esModule: true, default: found });
    }
  };
})();
