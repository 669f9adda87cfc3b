import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { canHaveTab } from "../shared/host";
import type { Family } from "../shared/messages";
import { keepKeys } from "../shared/own_keys";
import { watchTheme } from "../shared/theme";
import { widthClass } from "../shared/width";
import { t } from "../shared/words";
import { Bar } from "./bar";
import { Canvas } from "./canvas/canvas";
import { editSettings } from "./canvas/menus";
import { Dock } from "./dock/dock";
import { FamilyContext } from "./families";
import { fillsHost, HeightGrip, useHeight } from "./height";
import { Inspector } from "./inspector/inspector";
import { CheatSheet } from "./keyboard/cheat_sheet";
import { keyHandlers } from "./keyboard/handler";
import { Loading } from "./loading";
import { ContextMenu } from "./menu";
import { opened } from "./opened";
import { PalettePanel } from "./palette/palette";
import { SearchHandle } from "./palette/search_handle";
import { SearchPopup } from "./palette/search_popup";
import { inspectorIsDrawer, inspectorIsOpen } from "./panels";
import { useDrawing, useEye, useSession } from "./session";
import { Splitter } from "./splitter";
import { LiveRegion, Toasts } from "./toasts";
import { useTrainingWords } from "./training/announce";

/** The whole builder: bar, layers, canvas, inspector and dock, and what lies over them. */
export function App() {
  const session = useSession();
  const root = useRef<HTMLElement>(null);
  const theme = useEye((eye) => eye.theme);
  const width = useEye((eye) => eye.width);
  const fills = useEye((eye) => eye.fills);
  const shown = useDrawing((drawing) => drawing.families);
  const ready = useDrawing((drawing) => drawing.view !== null);
  const families = useMemo(
    () => new Map<string, Family>(shown.map((family) => [family.name, family])),
    [shown],
  );
  const handlers = useMemo(() => keyHandlers(session), [session]);
  const [height, setHeight] = useHeight();
  useTrainingWords();

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    session.root = element;
    const stopKeys = keepKeys(element);
    const stopTheme = watchTheme(element, (now) => session.eye.set({ theme: now }));
    const measure = () => {
      const pixels = element.clientWidth;
      if (pixels === 0) return;
      const place = { fills: fillsHost(element), hasTab: canHaveTab(element) };
      session.eye.set({ width: widthClass(pixels), ...place });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      stopKeys();
      stopTheme();
      observer.disconnect();
      session.root = null;
    };
  }, [session]);

  useEffect(() => {
    const element = root.current;
    const edit = () => editSettings(session);
    element?.addEventListener("vnn-edit", edit);
    return () => element?.removeEventListener("vnn-edit", edit);
  }, [session]);

  return (
    <section
      className="vnn vnn-builder"
      ref={root}
      aria-label={t("Model builder")}
      data-theme={theme}
      data-width={width}
      data-fills={fills || undefined}
      tabIndex={-1}
      style={fills ? undefined : { height }}
      onPointerMove={(event) => {
        session.pointer = { x: event.clientX, y: event.clientY };
      }}
      onPointerDownCapture={(event) => {
        // Rings around focused blocks are for those who work by keys.
        delete event.currentTarget.dataset.byKeys;
        session.pointer = { x: event.clientX, y: event.clientY };
        opened.set({ current: session });
      }}
      onFocusCapture={() => opened.set({ current: session })}
      {...handlers}
    >
      <FamilyContext value={families}>
        {ready ? <Workplace /> : <Loading />}
        <SearchPopup />
      </FamilyContext>
      <ContextMenu />
      <Toasts />
      <CheatSheet />
      <LiveRegion />
      {!fills && <HeightGrip height={height} onChange={setHeight} />}
    </section>
  );
}

function Workplace() {
  const width = useEye((eye) => eye.width);
  const panels = useEye((eye) => eye.panels);
  const inspectorOpen = useEye(inspectorIsOpen);
  const hasPalette = width === "wide" && panels.palette.open;
  const isDrawer = inspectorIsDrawer(width);
  return (
    <ReactFlowProvider>
      <Bar />
      <div className="vnn-middle">
        {hasPalette && (
          <div className="vnn-side" style={{ width: panels.palette.size }}>
            <PalettePanel />
            <Splitter panel="palette" label={t("Width of the list of layers")} grows="right" />
          </div>
        )}
        <main className="vnn-main" aria-label={t("Canvas")}>
          <Canvas />
          {!hasPalette && <SearchHandle />}
        </main>
        {inspectorOpen && (
          <div
            className={isDrawer ? "vnn-drawer" : "vnn-side right"}
            style={isDrawer ? undefined : { width: panels.inspector.size }}
          >
            {!isDrawer && (
              <Splitter panel="inspector" label={t("Width of the inspector")} grows="left" />
            )}
            <Inspector />
          </div>
        )}
      </div>
      <Dock />
    </ReactFlowProvider>
  );
}
