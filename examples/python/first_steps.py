"""Gradients in four steps. The same as examples/cpp/first_steps.cpp."""
# in tests:
import limpid as torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = torch.log(x) + x
y.sum().backward()
print(x.grad)  # 1/x + 1

print((torch.exp(x) + x).sum())

a = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
b = torch.tensor([4.0, 5.0, 6.0])
(a * b).sum().backward()
print(a.grad)  # d(a b)/da = b

s = torch.tensor([3.0], requires_grad=True)
(s * s).backward()
print(s.grad)  # used twice: 2 s
