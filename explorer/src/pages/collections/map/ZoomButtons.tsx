import { Maximize, Minus, Plus } from "lucide";
import { IconButton } from "../../../components/IconButton.tsx";

interface Props {
  onZoom: (factor: number) => void;
  onFit: () => void;
}

export function ZoomButtons({ onZoom, onFit }: Props) {
  return (
    <div class="map-zoom">
      <IconButton icon={Plus} label="Zoom in" size="sm" tip="left" onClick={() => onZoom(1.5)} />
      <IconButton
        icon={Minus}
        label="Zoom out"
        size="sm"
        tip="left"
        onClick={() => onZoom(1 / 1.5)}
      />
      <IconButton icon={Maximize} label="Show all" size="sm" tip="left" onClick={onFit} />
    </div>
  );
}
