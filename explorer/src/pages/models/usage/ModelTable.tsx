import type { ModelUsage } from "../../../api/types.ts";
import { formatCount, formatDuration } from "../../../components/format.ts";
import "./ModelTable.css";

export interface ModelTableProps {
  models: ModelUsage[];
  /** The one that is looked at; all for "". */
  model: string;
  onModel: (model: string) => void;
  colourOf: (model: string) => number;
}

/** Models beside one another; a click on one shows it alone. */
export function ModelTable({ models, model, onModel, colourOf }: ModelTableProps) {
  return (
    <div class="model-table-scroll" tabIndex={0} role="region" aria-label="By model">
      <table class="model-table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Requests</th>
            <th scope="col">Failed</th>
            <th scope="col">Median</th>
            <th scope="col">
              <abbr title="95th percentile">p95</abbr>
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map((each) => (
            <tr key={each.model} class={model !== "" && each.model !== model ? "is-left-out" : ""}>
              <th scope="row">
                <button
                  type="button"
                  class="model-table-name"
                  aria-pressed={each.model === model}
                  title={each.model === model ? "Show all models" : `Show ${each.model} alone`}
                  onClick={() => onModel(each.model === model ? "" : each.model)}
                >
                  <span class={`chart-mark chart-mark-${colourOf(each.model)}`} />
                  {each.model}
                </button>
              </th>
              <td>{formatCount(each.count)}</td>
              <td class={each.failed > 0 ? "model-table-failed" : "model-table-none"}>
                {formatCount(each.failed)}
              </td>
              <td>{formatDuration(each.medianMs)}</td>
              <td>{formatDuration(each.p95Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
