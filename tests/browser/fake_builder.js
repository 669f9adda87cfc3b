// Plays Python to the builder in a bare page: keeps a drawing, does commands, undoes them, judges
// connections and counts parameters, for a handful of layers. Loaded by test_builder_page.py after
// rig.py's fake model, whose `send` it takes over; `fake.sent`, `fake.answers` and `fake.refusals`
// work as before and come first.
(() => {
  const family = (name, glyph, color, color_dark) => ({ name, glyph, color, color_dark });
  const FAMILIES = [
    family("Input", "▷", "#6B7280", "#9CA3AF"),
    family("Core", "▦", "#0072B2", "#56A8E0"),
    family("Convolution", "▩", "#D55E00", "#F08A3C"),
    family("Pooling", "▽", "#E69F00", "#F2B632"),
    family("Normalization", "≈", "#009E73", "#2CC79A"),
    family("Regularization", "⋯", "#CC79A7", "#E29AC3"),
    family("Merge", "⊕", "#56B4E9", "#7CC8F2"),
    family("Reshape", "⇄", "#8C6D31", "#C7A25A"),
  ];
  const setting = (name, kind, value, more = {}) => ({
    name, kind, default: value, required: value === undefined, choices: [], help: "",
    optional: value === null, length: 0, ...more,
  });
  const activation = setting("activation", "object", null, {
    choices: ["relu", "softmax", "tanh", "sigmoid"], help: "The function applied to each output.",
  });
  const rare = (...names) => names.map((name) => setting(name, "object", null));
  const LAYERS = [
    layer("Input", "Input", "none", [], "Where data enters the model.", [
      setting("shape", "shape", undefined, { help: "The shape of one sample, without the batch." }),
      setting("dtype", "choice", "float32", { choices: ["float32", "float16", "int32"] }),
    ]),
    layer("Dense", "Core", "one", ["linear", "fully connected", "fc"],
      "Every output feature is a weighted sum of all input features.", [
        setting("units", "integer", undefined, { help: "How many output features." }),
        activation, setting("use_bias", "boolean", true),
        setting("kernel_initializer", "object", "glorot_uniform"),
        ...rare("kernel_regularizer", "bias_regularizer", "kernel_constraint", "bias_constraint"),
      ]),
    layer("Conv2D", "Convolution", "one", ["conv"],
      "Slides small kernels over the image: a dot product with the window at each place.", [
        setting("filters", "integer", undefined),
        setting("kernel_size", "integers", [3, 3], { length: 2 }),
        setting("strides", "integers", [1, 1], { length: 2 }),
        setting("padding", "choice", "valid", { choices: ["valid", "same"] }),
        activation, setting("use_bias", "boolean", true),
      ]),
    layer("MaxPooling2D", "Pooling", "one", ["maxpool"], "Keeps the largest value of each window.", [
      setting("pool_size", "integers", [2, 2], { length: 2 }),
    ]),
    layer("GlobalAveragePooling2D", "Pooling", "one", [], "Averages each channel over the image.", []),
    layer("BatchNormalization", "Normalization", "one", ["batchnorm"],
      "Gives each channel mean 0 and deviation 1 over the batch.", [
        setting("momentum", "number", 0.99), setting("epsilon", "number", 0.001),
      ]),
    layer("Dropout", "Regularization", "one", [], "Sets some inputs to zero while training.", [
      setting("rate", "number", 0.5),
    ]),
    layer("Add", "Merge", "many", ["sum", "residual"], "Adds its inputs.", []),
    layer("Concatenate", "Merge", "many", ["concat"], "Joins its inputs along an axis.", [
      setting("axis", "integer", -1),
    ]),
    layer("Flatten", "Reshape", "one", [], "Makes one axis of all.", []),
  ];

  const TEMPLATES = [
    { name: "mlp", title: "MLP", help: "Classifies rows of numbers.", synonyms: ["multilayer perceptron"] },
    { name: "lenet", title: "LeNet", help: "Classifies small grey pictures.", synonyms: ["mnist"] },
  ];

  function layer(name, family, inputs, synonyms, help, settings) {
    const ports = inputs === "none" ? [] : ["inputs"];
    return { name, family, help, synonyms, settings, inputs, ports };
  }

  const kindOf = (name) => LAYERS.find((kind) => kind.name === name);
  const text = (shape) => (shape ? `(?, ${shape.join(", ")})`.replace("(?, )", "(?)") : "");
  const product = (sizes) => sizes.reduce((a, b) => a * b, 1);

  /** The output shape (without the batch), the parameters and the complaint of a block. */
  function infer(block, inputs) {
    const config = { ...Object.fromEntries(kindOf(block.kind).settings.map((s) => [s.name, s.default])), ...block.config };
    const [shape] = inputs;
    if (block.kind === "Input") return { shape: config.shape ?? null, error: config.shape ? "" : `${block.layer} needs a shape.` };
    if (inputs.length === 0) return { error: `${block.layer} has no input: connect a block to it.` };
    if (!shape) return {};
    const image = (name) => shape.length === 3 ? "" : `${block.layer} (${name}) needs images (?, height, width, channels) but gets ${text(shape)}: put a Reshape before it.`;
    switch (block.kind) {
      case "Dense":
        if (config.units === undefined) return { error: `${block.layer} needs units: how many output features?` };
        return { shape: [...shape.slice(0, -1), config.units], parameters: (shape.at(-1) + (config.use_bias ? 1 : 0)) * config.units };
      case "Conv2D": {
        if (image("Conv2D")) return { error: image("Conv2D") };
        if (config.filters === undefined) return { error: `${block.layer} needs filters: how many output channels?` };
        const cut = config.padding === "same" ? [0, 0] : config.kernel_size.map((size) => size - 1);
        const parameters = (product(config.kernel_size) * shape[2] + (config.use_bias ? 1 : 0)) * config.filters;
        return { shape: [shape[0] - cut[0], shape[1] - cut[1], config.filters], parameters };
      }
      case "MaxPooling2D":
        if (image("MaxPooling2D")) return { error: image("MaxPooling2D") };
        return { shape: [Math.floor(shape[0] / config.pool_size[0]), Math.floor(shape[1] / config.pool_size[1]), shape[2]] };
      case "GlobalAveragePooling2D":
        return { shape: [shape.at(-1)] };
      case "BatchNormalization":
        return { shape, parameters: 4 * shape.at(-1) };
      case "Flatten":
        return { shape: [product(shape)] };
      case "Add": {
        const other = inputs.find((input) => input && input.join() !== shape.join());
        if (!other) return { shape };
        return { error: `${block.layer} cannot combine its inputs: ${text(shape)} and ${text(other)} differ.` };
      }
      case "Concatenate":
        return { shape: [...shape.slice(0, -1), inputs.reduce((sum, input) => sum + (input?.at(-1) ?? 0), 0)] };
      default:
        return { shape };
    }
  }

  const words = (block) =>
    Object.entries(block.config)
      .filter(([name, value]) => value !== null && name !== "dtype" && name !== "shape")
      .map(([name, value]) => (Array.isArray(value) ? value.join("×") : typeof value === "boolean" ? (value ? name : `no ${name}`) : String(value)))
      .join(" · ");

  window.playPython = (fake, start = { blocks: [], wires: [] }) => {
    let document = structuredClone({ name: "digits_cnn", ...start });
    let version = 0;
    const past = [];
    const future = [];
    const wireId = (wire) => `${wire.source}:${wire.source_port}>${wire.target}:${wire.target_port}:${wire.position}`;
    const find = (id) => {
      const block = document.blocks.find((other) => other.id === id);
      if (!block) throw `There is no block ${id}.`;
      return block;
    };
    const sources = (id) => document.wires.filter((w) => w.target === id).sort((a, b) => a.position - b.position);
    const reaches = (from, to) => from === to || document.wires.some((w) => w.source === from && reaches(w.target, to));

    function inferred() {
      const known = new Map();
      const of = (id) => {
        if (!known.has(id)) known.set(id, infer(find(id), sources(id).map((w) => of(w.source).shape ?? null)));
        return known.get(id);
      };
      for (const block of document.blocks) of(block.id);
      return known;
    }

    function view() {
      const known = inferred();
      const blocks = document.blocks.map((block) => {
        const { shape, parameters = 0, error = "" } = known.get(block.id);
        const kind = kindOf(block.kind);
        return {
          id: block.id, layer: block.layer, kind: block.kind, family: kind.family, x: block.x, y: block.y,
          config: block.config, settings: words(block) || (block.kind === "Input" ? "float32" : ""),
          inputs: kind.ports.map((name) => ({ name, many: kind.inputs === "many" })),
          outputs: [text(shape)], parameters, error, frozen: Boolean(block.frozen),
          warning: block.warning ?? "", muted: Boolean(block.muted), pinned: Boolean(block.pinned),
          calls: block.calls ?? 1, submodel: Boolean(block.submodel),
          is_output: !document.wires.some((wire) => wire.source === block.id) && block.kind !== "Input",
          inside: null, expressions: {}, promoted: [],
        };
      });
      const wires = document.wires.map((wire) => {
        const shape = known.get(wire.source).shape;
        const target = known.get(wire.target);
        const first = sources(wire.target)[0];
        const wrong = target.error && shape && (first === wire ? sources(wire.target).length === 1 : known.get(first.source).shape?.join() !== shape.join());
        return { ...wire, id: wireId(wire), points: [], shape: shape ? shape.join(" × ") : "", error: wrong && !/needs (units|filters)/.test(target.error) ? target.error : "" };
      });
      const problems = blocks.filter((block) => block.error).map((block) => ({
        block: block.id, sentence: block.error, fixes: fixes(block), level: "error",
      }));
      const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0);
      return {
        name: document.name, blocks, wires, problems, parameters, bytes: 4 * parameters,
        undo: past.at(-1)?.label ?? "", redo: future.at(-1)?.label ?? "", version: ++version,
        direction: document.direction ?? "down",
        beside: { place: [], variables: [], notes: [], frames: [], snapshots: [] },
      };
    }

    function fixes(block) {
      if (block.kind !== "Add") return [];
      const [first, second] = sources(block.id).map((wire) => find(wire.source));
      if (!second || second.config.filters === undefined) return [];
      const filters = first.config.filters;
      return [{ label: `${second.layer}: filters = ${filters}`, commands: [{ command: "Configure", block: second.id, setting: "filters", value: filters }] }];
    }

    function judge(source, target, port) {
      const kind = kindOf(find(target).kind);
      if (reaches(target, source)) return { verdict: "impossible", why: `${find(target).layer} already leads to ${find(source).layer}: a model cannot contain a loop.` };
      if (kind.inputs === "one" && sources(target).length > 0) return { verdict: "impossible", why: `The input of ${find(target).layer} is taken: delete its wire first.` };
      const shape = inferred().get(source).shape;
      const { error } = infer(find(target), [...sources(target).map((w) => inferred().get(w.source).shape), shape]);
      const why = `${find(source).layer} gives ${text(shape) || "(?)"}. ${error ?? ""}`;
      return error && shape && !/needs (units|filters)/.test(error) ? { verdict: "mismatch", why } : { verdict: "legal", why: text(shape) };
    }

    const freshName = (kind) => {
      const stem = kind.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
      let name = stem;
      for (let n = 1; document.blocks.some((block) => block.id === name); n += 1) name = `${stem}_${n}`;
      return name;
    };
    const add = (block) => {
      document.blocks.push(block);
      return block;
    };

    const COMMANDS = {
      Add({ kind, x, y, config, after, name: wanted }) {
        const name = wanted || freshName(kind);
        const needed = { Input: { shape: [28, 28, 1] }, Dense: { units: 64 }, Conv2D: { filters: 32 } }[kind];
        add({ id: name, layer: name, kind, x, y, config: { ...needed, ...config } });
        if (after) COMMANDS.Connect({ source: after, target: name, source_port: 0, target_port: "inputs" });
        return `Add ${kind}`;
      },
      Insert({ kind, x, y, config, name: wanted, sources, wire, target, target_port }) {
        const old = document.wires.find((other) => wireId(other) === wire);
        COMMANDS.Add({ kind, x, y, config, name: wanted });
        const name = document.blocks.at(-1).id;
        if (old) sources = [[old.source, old.source_port], ...sources];
        for (const [source, source_port] of sources)
          COMMANDS.Connect({ source, source_port, target: name, target_port: "inputs" });
        if (old) {
          document.wires = document.wires.filter((other) => other !== old);
          document.wires.push({ ...old, source: name, source_port: 0 });
        }
        if (target) COMMANDS.Connect({ source: name, source_port: 0, target, target_port });
        return "Insert a layer between others";
      },
      Connect({ source, target, source_port, target_port }) {
        const { verdict, why } = judge(source, target, target_port);
        if (verdict === "impossible") throw why;
        document.wires.push({ source, source_port, target, target_port, position: sources(target).length });
        return `Connect ${find(source).layer} to ${find(target).layer}`;
      },
      UseTemplate({ name, x, y }) {
        const last = COMMANDS.Add({ kind: "Input", x, y, config: {} }) && document.blocks.at(-1).id;
        COMMANDS.Add({ kind: "Flatten", x, y: y + 120, after: last });
        return `Begin with ${name}`;
      },
      Splice({ block, wire, x, y }) {
        const old = document.wires.find((other) => wireId(other) === wire);
        document.wires = document.wires.filter((other) => other !== old);
        COMMANDS.Connect({ source: old.source, source_port: old.source_port, target: block, target_port: "inputs" });
        document.wires.push({ ...old, source: block, source_port: 0 });
        Object.assign(find(block), { x, y });
        return "Put a block into a wire";
      },
      Mute({ blocks, muted }) {
        for (const id of blocks) find(id).muted = muted ?? true;
        return "Mute";
      },
      Pin({ blocks, pinned }) {
        for (const id of blocks) find(id).pinned = pinned ?? true;
        return "Pin";
      },
      Turn({ direction }) {
        document.direction = direction;
        for (const block of document.blocks) [block.x, block.y] = [block.y * 2.2, block.x / 2];
        return "Turn";
      },
      Disconnect({ wire }) {
        document.wires = document.wires.filter((other) => wireId(other) !== wire);
        return "Disconnect";
      },
      Configure({ block, setting, value }) {
        if (typeof value === "number" && value <= 0 && setting !== "axis") throw `${setting} of ${find(block).layer} must be more than 0; it was ${value}.`;
        find(block).config = { ...find(block).config, [setting]: value };
        return `Set ${setting} of ${find(block).layer}`;
      },
      Rename({ block, name }) {
        if (document.blocks.some((other) => other.layer === name)) throw `There already is a layer named ${name}.`;
        const before = find(block).layer;
        find(block).layer = name;
        return `Rename ${before} to ${name}`;
      },
      Move({ positions }) {
        for (const [id, [x, y]] of Object.entries(positions)) Object.assign(find(id), { x, y });
        return "Move";
      },
      Remove({ blocks, wires }) {
        document.wires = document.wires.filter((w) => !wires.includes(wireId(w)) && !blocks.includes(w.source) && !blocks.includes(w.target));
        document.blocks = document.blocks.filter((block) => !blocks.includes(block.id));
        return `Delete ${blocks.length + wires.length} items`;
      },
      Paste({ text, x, y }) {
        let clip;
        try {
          clip = JSON.parse(text);
        } catch {
          throw "The clipboard holds no blocks: copy some first.";
        }
        const names = new Map();
        const left = Math.min(...clip.blocks.map((block) => block.x));
        const top = Math.min(...clip.blocks.map((block) => block.y));
        for (const block of clip.blocks) {
          const name = freshName(block.kind);
          names.set(block.id, name);
          add({ ...block, id: name, layer: name, x: block.x - left + x, y: block.y - top + y });
        }
        for (const wire of clip.wires) document.wires.push({ ...wire, source: names.get(wire.source), target: names.get(wire.target) });
        return `Paste ${clip.blocks.length} blocks`;
      },
      Arrange() {
        const depth = (id) => Math.max(0, ...sources(id).map((wire) => depth(wire.source) + 1));
        const rows = Map.groupBy(document.blocks, (block) => depth(block.id));
        for (const [row, blocks] of rows) blocks.forEach((block, at) => Object.assign(block, { x: 232 * (at - (blocks.length - 1) / 2), y: 120 * row }));
        return "Tidy";
      },
      SetTrainable({ block, trainable }) {
        find(block).frozen = !trainable;
        return trainable ? "Unfreeze" : "Freeze";
      },
      RenameModel({ name }) {
        document.name = name;
        return "Rename the model";
      },
      Batch({ label, commands }) {
        for (const command of commands) COMMANDS[command.command](command);
        return label;
      },
    };

    const shown = () => ({
      serial: version, families: FAMILIES, palette: { families: FAMILIES, layers: LAYERS, templates: TEMPLATES }, view: fake.model.get("view"),
    });
    const show = () => {
      fake.assign({ view: view() });
      fake.receive({ shown: shown() });
    };
    const REQUESTS = {
      show: shown,
      undo: () => past.length > 0 && turn(past, future),
      redo: () => future.length > 0 && turn(future, past),
      copy: ({ blocks }) => JSON.stringify({
        blocks: document.blocks.filter((block) => blocks.includes(block.id)),
        wires: document.wires.filter((wire) => blocks.includes(wire.source) && blocks.includes(wire.target)),
      }),
      can_connect: ({ source, target, target_port }) => Object.fromEntries(
        target
          ? document.blocks.map((block) => [`${block.id}|0`, judge(block.id, target, target_port)])
          : document.blocks.flatMap((block) => kindOf(block.kind).ports.map((port) => [`${block.id}|${port}`, judge(source, block.id, port)])),
      ),
      offers: ({ source, known }) => {
        if (known) return {};
        const shape = inferred().get(source).shape;
        return Object.fromEntries(LAYERS.map((kind) => {
          if (kind.inputs === "none") return [kind.name, { verdict: "impossible", why: "An input takes data from outside.", through: null }];
          const config = { Dense: { units: 64 }, Conv2D: { filters: 32 } }[kind.name] ?? {};
          const { error, shape: after } = infer({ layer: kind.name, kind: kind.name, config }, [shape]);
          if (error) return [kind.name, { verdict: "impossible", why: error, through: null }];
          const through = kind.name === "Dense" && shape.length > 1 ? { kind: "Flatten", config: {} } : null;
          return [kind.name, { verdict: "legal", why: `gives ${text(after)}`, through }];
        }));
      },
      code: () => `from visualnn import layers\n\n# The model as drawn.\n${document.blocks.map((block) => `${block.layer} = layers.${block.kind}(name="${block.layer}")`).join("\n")}\n`,
      summary: () => `<table><thead><tr><th>Layer</th><th>Output</th><th>Parameters</th></tr></thead>${view().blocks.map((b) => `<tr><td>${b.layer} (${b.kind})</td><td>${b.outputs[0]}</td><td>${b.parameters}</td></tr>`).join("")}</table>`,
      graph: () => ({ name: document.name, ops: [], outputs: [], help: [], families: FAMILIES }),
      save: ({ path }) => path,
      open: ({ path }) => path,
      files: () => ["digits.keras", "models/resnet.keras"],
      arrays: () => [
        { name: "x_train", shape: "(1437, 8, 8, 1)", dtype: "float32" },
        { name: "y_train", shape: "(1437,)", dtype: "int64" },
        { name: "x_test", shape: "(360, 8, 8, 1)", dtype: "float32" },
        { name: "y_test", shape: "(360,)", dtype: "int64" },
      ],
      train: ({ setup }) => void setTraining({ status: "running", setup, epoch: 1, epochs: setup.epochs, batch: 4, batches: 45, now: { loss: 1.4 } }),
      pause: () => void setTraining({ status: "paused" }),
      resume: () => void setTraining({ status: "running" }),
      stop: () => void setTraining({ status: "done" }),
    };
    const setTraining = (change) => fake.assign({ training: { ...fake.model.get("training"), ...change } });

    function turn(from, to) {
      const step = from.pop();
      to.push({ label: step.label, document });
      document = step.document;
      show();
      return null;
    }

    function receive(message) {
      if (message.request) return REQUESTS[message.request](message) ?? null;
      const before = structuredClone(document);
      try {
        past.push({ label: COMMANDS[message.command](message), document: before });
      } catch (refusal) {
        document = before;
        throw refusal;
      }
      future.length = 0;
      show();
      return null;
    }

    fake.model.send = (message) => {
      fake.sent.push(structuredClone(message));
      const name = message.request ?? message.command;
      let reply = { reply: message.id, ok: true, error: "", value: null };
      try {
        if (fake.refusals[name]) throw fake.refusals[name];
        reply.value = fake.answers[name] ?? receive(message);
      } catch (refusal) {
        if (typeof refusal !== "string") throw refusal;
        reply = { ...reply, ok: false, error: refusal };
      }
      queueMicrotask(() => fake.receive(reply));
    };
    show();
    fake.assign({
      training: {
        status: "idle", setup: null, epoch: 0, epochs: 0, batch: 0, batches: 0, seconds_left: null, now: {},
        curves: [], sentence: "", error: "", traceback: "", stale: false,
        losses: ["sparse_categorical_crossentropy", "categorical_crossentropy", "mean_squared_error"],
        optimizers: ["adam", "sgd", "rmsprop"], metrics: ["accuracy", "top_k_categorical_accuracy"],
      },
    });
  };
})();
