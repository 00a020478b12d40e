import type { LimitInfo } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { changedFirst, limitValue } from "./limits.ts";

export function LimitTable({ limits }: { limits: readonly LimitInfo[] }) {
  return (
    <table class="manifest-limits">
      <thead>
        <tr>
          <th scope="col">Limit</th>
          <th scope="col" class="manifest-limit-value">
            At most
          </th>
          <th scope="col">Of what</th>
        </tr>
      </thead>
      <tbody>
        {changedFirst(limits).map(({ name, value, unit, changed, description }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
              {changed && <Badge tone="accent">changed</Badge>}
            </th>
            <td class="manifest-limit-value">
              {limitValue(value)} <span class="manifest-unit">{unit}</span>
            </td>
            <td class="manifest-limit-about">{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
