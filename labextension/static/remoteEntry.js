/* PowerShell's colours in code cells whose first line is %%lync: a prebuilt extension of JupyterLab 4 and Notebook 7.
 *
 * This file is the source, and what is shipped, byte for byte: it is a module-federation container written by hand, so
 * that nothing has to be built and no Node is needed. It brings no library; what it needs of JupyterLab it takes from the
 * modules that the application shares.
 *
 * How: the mode of a cell's editor follows its model's MIME type. That of a cell that begins with %%lync is PowerShell's,
 * that of every other one is what its kernel says. Nothing of it is saved.
 *
 * Rule: a keystroke costs one look at the cell's first characters.
 */
(() => {
  const POWERSHELL = "application/x-powershell";
  const MAGIC = /^\s*%%lync(?=\s|$)/;
  const LONGEST_HEAD = 80;
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

  async function plugin() {
    const { INotebookTracker } = await moduleOf("@jupyterlab/notebook");
    const { IEditorLanguageRegistry } = await moduleOf("@jupyterlab/codemirror");
    return {
      id: "lync-magic:powershell-cells",
      description: "Shows the PowerShell of %%lync cells in PowerShell's colours.",
      autoStart: true,
      requires: [INotebookTracker, IEditorLanguageRegistry],
      activate: (_application, tracker, languages) => {
        const loaded = (...mimeTypes) => Promise.all(mimeTypes.map(one => languages.getLanguage(one)));
        tracker.forEach(panel => watchNotebook(panel, loaded));
        tracker.widgetAdded.connect((_tracker, panel) => watchNotebook(panel, loaded));
      }
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["lync-magic"] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const found = await plugin();
      return () => ({ __esModule: true, default: found });
    }
  };
})();
