import { useStore as useFlow } from "@xyflow/react";
import { useEffect } from "react";
import { useSession } from "../session";
import { type PointName, pointKey } from "./point_names";

/** Selects the points that a drawn box holds, beside the blocks that React Flow selects. */
export function BoxPoints() {
  const session = useSession();
  const box = useFlow((flow) => flow.userSelectionRect);
  const transform = useFlow((flow) => flow.transform);
  useEffect(() => {
    if (!box) return;
    const [left, top, zoom] = transform;
    const [x, y] = [(box.x - left) / zoom, (box.y - top) / zoom];
    const [right, bottom] = [x + box.width / zoom, y + box.height / zoom];
    const inside: PointName[] = (session.view?.wires ?? []).flatMap((wire) =>
      wire.points.flatMap(([px, py], at) =>
        px > x && px < right && py > y && py < bottom ? [{ wire: wire.id, at }] : [],
      ),
    );
    const { points } = session.canvas.state;
    if (inside.length + points.size > 0)
      session.canvas.set({ points: new Set(inside.map(pointKey)) });
  }, [session, box, transform]);
  return null;
}
