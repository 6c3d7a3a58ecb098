"""What is told of a campaign: a table per source, the tiers, and every survivor with its diff."""

import statistics
from collections import Counter, defaultdict


def lines_of_code(source):
    return sum(1 for line in source.split("\n")
               if line.strip() and not line.strip().startswith(("//", "#")))


def quotas(sources, count):
    """Shares `count` mutants among files in proportion to their lines; largest remainders first."""
    lines = {file: lines_of_code(source) for file, source in sources.items()}
    whole = sum(lines.values())
    exact = {file: count * n / whole for file, n in lines.items()}
    share = {file: int(value) for file, value in exact.items()}
    by_remainder = sorted(exact, key=lambda file: share[file] - exact[file])
    for file in by_remainder[:count - sum(share.values())]:
        share[file] += 1
    return share


class Report:
    """The results of the mutants that were judged, beside what is argued about them."""

    def __init__(self, sources, judged, argued, tiers):
        self.sources, self.judged, self.argued, self.tiers = sources, judged, argued, tiers
        self.survivors = [(m, r) for m, r in judged
                          if r.state == "survived" and m.identity not in argued]
        self.refuted = [(m, r) for m, r in judged
                        if r.state == "killed" and m.identity in argued]

    @property
    def killed(self):
        return [(m, r) for m, r in self.judged if r.state == "killed"]

    @property
    def counted(self):
        return len(self.killed) + len(self.survivors)

    def _count(self, file):
        count = Counter()
        for mutant, result in self.judged:
            if mutant.file not in (file, file or mutant.file):
                continue
            state = result.state
            if state == "survived" and mutant.identity in self.argued:
                state = self.argued[mutant.identity][0]
            count[state] += 1
        return count

    def table(self):
        rows = ["| source | lines | mutants | identical code | argued equivalent | cost only "
                "| killed | survived | score |",
                "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
        for file in [*sorted(self.sources), ""]:
            count = self._count(file)
            lines = sum(lines_of_code(text) for name, text in self.sources.items()
                        if file in ("", name))
            counted = count["killed"] + count["survived"]
            if not sum(count.values()) and file:
                continue
            score = f"{100 * count['killed'] / counted:.1f} %" if counted else "-"
            valid = sum(count.values()) - count["invalid"]
            rows.append(f"| {file or 'all'} | {lines} | {valid} | {count['same']} "
                        f"| {count['equivalent']} | {count['cost']} | {count['killed']} "
                        f"| {count['survived']} | {score} |")
        return "\n".join(rows)

    def tiers_table(self):
        seconds = defaultdict(list)
        for _, result in self.killed:
            seconds[result.tier].append(result.seconds)
        rows = ["| tier | killed | median s | longest s |", "|---|--:|--:|--:|"]
        for tier in self.tiers:
            if seconds[tier]:
                rows.append(f"| {tier} | {len(seconds[tier])} "
                            f"| {statistics.median(seconds[tier]):.2f} "
                            f"| {max(seconds[tier]):.1f} |")
        return "\n".join(rows)

    def summary(self):
        invalid = sum(result.state == "invalid" for _, result in self.judged)
        score = 100 * len(self.killed) / self.counted if self.counted else 0
        text = (f"{len(self.killed)} of {self.counted} mutants killed: {score:.1f} %; "
                f"{invalid} more did not compile")
        if self.refuted:
            text += f"; {len(self.refuted)} argued about are killed after all"
        return text

    def markdown(self, title):
        parts = [f"# {title}", self.summary(), self.table(), self.tiers_table()]
        if self.survivors:
            parts.append("## Survivors")
            parts += ["```\n" + mutant.diff() + "```" for mutant, _ in self.survivors]
        if self.refuted:
            parts.append("## Argued about, and killed")
            parts += [f"```\n{mutant.diff()}```\nby {result.judge} in {result.seconds:.2f} s"
                      for mutant, result in self.refuted]
        parts.append("## Every kill")
        parts.append("| mutant | change | tier | judge | s |\n|---|---|---|---|--:|\n" + "\n".join(
            f"| {m.file}:{m.line} {m.name} | {m.kind}: `{_cell(m)}` | {r.tier} | {r.judge} "
            f"| {r.seconds:.2f} |" for m, r in self.killed))
        return "\n\n".join(parts) + "\n"


def _cell(mutant):
    return f"{mutant.before} -> {mutant.after}".replace("\n", " ").replace("|", "\\|")[:160]
