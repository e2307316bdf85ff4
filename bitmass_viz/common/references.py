"""The works that the article cites. Each card that explains a citation reads from here."""

from __future__ import annotations

from dataclasses import dataclass

ARXIV = "https://arxiv.org/abs/"
NOT_OURS = "The figures quoted here are the authors’ own, not ours."


@dataclass(frozen=True)
class Reference:
    """A work as a citation's card describes it.

    Attributes
    ----------
    address : str
        What the article links to: the work, or, where nothing of it can be linked, the section that describes it.
    authors, year, title : str
        A title that differs between versions is left out, as is a year that is not known.
    published : str
        Where it was published.
    note : str
        What a reader should know about its figures.
    """

    address: str
    authors: str
    year: str
    title: str
    published: str
    note: str = ""


def _on_arxiv(number: str, authors: str, year: str, title: str, published: str = "", note: str = "") -> Reference:
    where = f"{published}; arXiv {number}" if published else f"arXiv {number}"
    return Reference(ARXIV + number, authors, year, title, where, note)


REFERENCES: dict[str, Reference] = {
    reference.address: reference
    for reference in (
        Reference(
            "#How-to-cite,-and-what-to-do-next",
            "u/aotto1968_2",
            "",
            "",
            "Posted on r/ArtificialInteligence; project at forward-prop.nhi1.de",
            "Not peer-reviewed. Its accuracies are published figures, not ours.",
        ),
        _on_arxiv(
            "2507.13575",
            "Apple",
            "2025",
            "Apple Intelligence Foundation Language Models: Tech Report 2025",
            note=NOT_OURS,
        ),
        _on_arxiv(
            "1506.02626",
            "Han, Pool, Tran and Dally",
            "2015",
            "Learning both Weights and Connections for Efficient Neural Networks",
            "NeurIPS 2015",
            "The energies in its table are Mark Horowitz’s. They are published figures, not ours.",
        ),
        _on_arxiv(
            "1511.00363",
            "Courbariaux, Bengio and David",
            "2015",
            "BinaryConnect: Training Deep Neural Networks with binary weights during propagations",
            "NeurIPS 2015",
            NOT_OURS,
        ),
        _on_arxiv(
            "1602.02830",
            "Courbariaux, Hubara, Soudry, El-Yaniv and Bengio",
            "2016",
            "Binarized Neural Networks: Training Deep Neural Networks with Weights and Activations Constrained to "
            "+1 or −1",
            note=NOT_OURS,
        ),
        _on_arxiv(
            "1612.07119",
            "Umuroglu, Fraser, Gambardella, Blott, Leong, Jahre and Vissers",
            "2017",
            "FINN: A Framework for Fast, Scalable Binarized Neural Network Inference",
            "FPGA 2017",
            NOT_OURS,
        ),
        _on_arxiv(
            "1906.02107",
            "Helwegen, Widdicombe, Geiger, Liu, Cheng and Nusselder",
            "2019",
            "Latent Weights Do Not Exist: Rethinking Binarized Neural Network Optimization",
            "NeurIPS 2019",
        ),
        _on_arxiv(
            "2405.16339",
            "Nguyen, Ocampo, Askri, Leconte and Tran",
            "2024",
            "BOLD: Boolean Logic Deep Learning",
            "NeurIPS 2024",
            NOT_OURS,
        ),
        _on_arxiv(
            "2212.09720",
            "Dettmers and Zettlemoyer",
            "2023",
            "The case for 4-bit precision: k-bit Inference Scaling Laws",
            "ICML 2023",
            NOT_OURS,
        ),
        _on_arxiv("2502.02631", "Liu et al.", "2025", "", note=NOT_OURS),
        _on_arxiv(
            "1603.05279",
            "Rastegari, Ordonez, Redmon and Farhadi",
            "2016",
            "XNOR-Net: ImageNet Classification Using Binary Convolutional Neural Networks",
            "ECCV 2016",
            NOT_OURS,
        ),
        _on_arxiv(
            "1902.08153",
            "Esser, McKinstry, Bablani, Appuswamy and Modha",
            "2020",
            "Learned Step Size Quantization",
            "ICLR 2020",
            NOT_OURS,
        ),
        _on_arxiv(
            "1609.01596",
            "Nøkland",
            "2016",
            "Direct Feedback Alignment Provides Learning in Deep Neural Networks",
            "NeurIPS 2016",
            NOT_OURS,
        ),
        _on_arxiv(
            "1909.01311",
            "Frenkel, Lefebvre and Bol",
            "2021",
            "Learning Without Feedback: Fixed Random Learning Signals Allow for Feedforward Training of Deep "
            "Neural Networks",
            "Frontiers in Neuroscience 15",
        ),
        _on_arxiv(
            "2209.11883",
            "Journé, Garcia Rodriguez, Guo and Moraitis",
            "2023",
            "Hebbian Deep Learning Without Feedback",
            "ICLR 2023",
            NOT_OURS,
        ),
        _on_arxiv(
            "1611.09913",
            "Collins, Sohl-Dickstein and Sussillo",
            "2017",
            "Capacity and Trainability in Recurrent Neural Networks",
            "ICLR 2017",
            NOT_OURS,
        ),
        _on_arxiv(
            "2404.05405",
            "Allen-Zhu and Li",
            "2024",
            "Physics of Language Models: Part 3.3, Knowledge Capacity Scaling Laws",
            note=NOT_OURS,
        ),
        _on_arxiv("2411.04330", "Kumar et al.", "2024", "Scaling Laws for Precision", note=NOT_OURS),
        _on_arxiv("1809.07742", "Ding and Sun", "2018", "Capacity lower bound for the Ising perceptron"),
        _on_arxiv("2404.18902", "Huang", "2024", "Capacity threshold for the Ising perceptron"),
        _on_arxiv(
            "2401.15092",
            "Altschuler and Tikhomirov",
            "2024",
            "A note on the capacity of the binary perceptron",
        ),
    )
}
"""All of them by address."""
